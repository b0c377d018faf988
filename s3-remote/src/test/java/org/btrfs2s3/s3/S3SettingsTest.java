package org.btrfs2s3.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class S3SettingsTest {

  private static final TlsVerification ON = new TlsVerification.On();

  @TempDir private Path directory;

  @Test
  void neverPrintsTheSecret() {
    var key = new AccessKey("id", "hush");
    var settings = new S3Settings("b", "", new S3Endpoint(null, null, key, null, ON));
    assertThat(settings.toString()).contains("id").doesNotContain("hush");
  }

  @ParameterizedTest
  @CsvSource({
    ", true",
    "https://s3.eu-central-1.amazonaws.com, true",
    "https://S3.CN-NORTH-1.amazonaws.com.cn, true",
    "https://amazonaws.com.example.org, false",
    "http://127.0.0.1:9000, false",
  })
  void knowsAws(@Nullable URI endpoint, boolean aws) {
    assertThat(new S3Endpoint(null, null, null, endpoint, ON).isAws()).isEqualTo(aws);
  }

  @ParameterizedTest
  @CsvSource({"localhost:9000", "ftp://host", "https:///path", "http://user:password@host"})
  void refusesWhatIsNoWebAddress(URI endpoint) {
    assertThatThrownBy(() -> new S3Endpoint(null, null, null, endpoint, ON))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("endpoint_url");
  }

  @Test
  void findsTheRegionInTheOrderOfThePythonTool() {
    var none = new S3Endpoint("no-such-profile", null, null, null, ON);
    var given = new S3Endpoint("no-such-profile", "eu-west-1", null, null, ON);
    var environment = Map.of("AWS_DEFAULT_REGION", "eu-north-1");
    assertThat(S3Connection.region(given, environment).id()).isEqualTo("eu-west-1");
    assertThat(S3Connection.region(none, environment).id()).isEqualTo("eu-north-1");
    assertThat(S3Connection.region(none, Map.of()).id()).isEqualTo("us-east-1");
  }

  @Test
  void saysWhatToSetWithoutCredentials() {
    var endpoint = new S3Endpoint("no-such-profile", null, null, null, ON);
    assertThatExceptionOfType(RemoteException.class)
        .isThrownBy(
            () -> S3StoreFactory.open(new S3Settings("b", "", endpoint), UploadLimits.DEFAULT))
        .withMessageContainingAll("no-such-profile", "aws_access_key_id", "AWS_ACCESS_KEY_ID")
        .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.DENIED));
  }

  @Test
  void refusesCaFilesThatAreMissingOrEmpty() throws Exception {
    var empty = Files.createFile(directory.resolve("empty.pem"));
    for (var file : new Path[] {empty, directory.resolve("missing.pem")}) {
      assertThatExceptionOfType(RemoteException.class)
          .isThrownBy(() -> CaCertificates.trusting(file))
          .withMessageContaining(file.toString());
    }
  }

  @Test
  void readsSeveralCaCertificatesWithTextBetween() throws Exception {
    var pem = Files.readString(TestCertificate.create(directory).pem());
    var second = Files.createDirectory(directory.resolve("second"));
    var other = Files.readString(TestCertificate.create(second).pem());
    var bundle = directory.resolve("bundle.pem");
    Files.writeString(bundle, "# first - one\n" + pem + "\n# second\n" + other);
    assertThat(CaCertificates.trusting(bundle)).hasSize(1);
  }

  @Test
  void encodesTheChecksumAsS3Does() {
    // The check value of CRC-32/ISCSI is e3069283.
    var content = "123456789".getBytes(StandardCharsets.US_ASCII);
    var checksum = new Crc32c();
    checksum.add(content, 0, content.length);
    assertThat(checksum.encoded()).isEqualTo("4waSgw==");
  }
}
