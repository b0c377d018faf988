package org.btrfs2s3.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.btrfs2s3.core.store.ObjectKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectUrlsTest {

  private static ObjectUrls urls(String bucket, String prefix, @Nullable String endpoint) {
    var url = endpoint == null ? null : URI.create(endpoint);
    var there = new S3Endpoint(null, "eu-central-1", null, url, new TlsVerification.On());
    return ObjectUrls.of(new S3Settings(bucket, prefix, there), Map.of());
  }

  @ParameterizedTest
  @CsvSource({
    "abc,,https://abc.s3.eu-central-1.amazonaws.com/k",
    // A certificate for one level of names.
    "a.b,,https://s3.eu-central-1.amazonaws.com/a.b/k",
    "abc,https://s3.eu-central-1.amazonaws.com,https://abc.s3.eu-central-1.amazonaws.com/k",
    "b,http://127.0.0.1:9000,http://127.0.0.1:9000/b/k",
    "b,https://s3.example.com/at/,https://s3.example.com/at/b/k",
    "b,http://[::1]:9000,http://[::1]:9000/b/k",
  })
  void namesTheBucketWhereTheServerExpectsIt(
      String bucket, @Nullable String endpoint, String expected) {
    assertThat(urls(bucket, "", endpoint).of(new ObjectKey("k"))).isEqualTo(expected);
  }

  /** RFC 3986's unreserved characters and slashes stay, as in AWS's canonical requests. */
  @Test
  void encodesAllThatSignaturesEncode() {
    var urls = urls("b", "a/ +%/", "http://h");

    assertThat(urls.of(new ObjectKey("-_.~/:+,;=?#&@!$'()*[]{}\"\\^`|<>\né💾")))
        .isEqualTo(
            "http://h/b/a/%20%2B%25/-_.~/%3A%2B%2C%3B%3D%3F%23%26%40%21%24%27%28%29%2A"
                + "%5B%5D%7B%7D%22%5C%5E%60%7C%3C%3E%0A%C3%A9%F0%9F%92%BE");
    assertThat(urls.of(new ObjectKey("/x//../y"))).isEqualTo("http://h/b/a/%20%2B%25//x//../y");
  }

  @Test
  void signaturesNameTheRegionThatTheStoreUses() {
    var endpoint =
        new S3Endpoint(null, null, null, URI.create("http://h"), new TlsVerification.On());
    var settings = new S3Settings("b", "", endpoint);

    assertThat(ObjectUrls.of(settings, Map.of("AWS_DEFAULT_REGION", "mars-1")).region())
        .isEqualTo("mars-1");
    assertThat(urls("b", "", null).region()).isEqualTo("eu-central-1");
  }
}
