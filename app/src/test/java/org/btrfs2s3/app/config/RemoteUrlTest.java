package org.btrfs2s3.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import org.btrfs2s3.app.config.S3EndpointConfig.Verification;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RemoteUrlTest {

  private static final RemoteUrl.Server DEFAULT = new RemoteUrl.Server(null, null, null, null);

  private static RemoteUrl.Server at(String endpoint) {
    return new RemoteUrl.Server(endpoint, null, null, null);
  }

  @ParameterizedTest
  @CsvSource({
    "s3://b,b,''",
    "s3://b/,b,''",
    "S3://my.bucket_1/host1/,my.bucket_1,host1/",
    "s3://b/host1,b,host1",
    "s3://b/a b%20?x#y/,b,a b%20?x#y/",
    "s3://b//x,b,/x",
    "s3://tenant:b/x,tenant:b,x",
  })
  void takesThePrefixAsItStandsThere(String url, String bucket, String prefix) {
    var remote = (S3RemoteConfig) RemoteUrl.parse(url, DEFAULT);

    assertThat(remote.bucket()).isEqualTo(bucket);
    assertThat(remote.prefix()).isEqualTo(prefix);
    assertThat(remote.id()).isEqualTo(url);
    assertThat(remote.endpoint().url()).isNull();
    assertThat(remote.endpoint().verification()).isEqualTo(new Verification.Default());
  }

  @Test
  void takesTheServer() {
    var server =
        new RemoteUrl.Server("https://s3.example.com:9000", "eu", "backup", Path.of("/ca.pem"));

    var endpoint = ((S3RemoteConfig) RemoteUrl.parse("s3://b/p/", server)).endpoint();

    assertThat(endpoint.url()).isEqualTo(URI.create("https://s3.example.com:9000"));
    assertThat(endpoint.regionName()).isEqualTo("eu");
    assertThat(endpoint.profileName()).isEqualTo("backup");
    assertThat(endpoint.accessKey()).isNull();
    assertThat(endpoint.verification())
        .isEqualTo(new Verification.Authorities(new Located<>(Path.of("/ca.pem"), Position.FILE)));
  }

  @ParameterizedTest
  @CsvSource({
    "file:///mnt/usb/backups,/mnt/usb/backups",
    "file:/mnt/usb,/mnt/usb",
    "FILE:///a b%20c/,/a b%20c",
  })
  void takesDirectories(String url, Path directory) {
    assertThat(RemoteUrl.parse(url, DEFAULT)).isEqualTo(new DirectoryRemoteConfig(url, directory));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/mnt/usb|write file:///mnt/usb",
        "mnt|no scheme",
        "gs://b|begins with 'gs:'",
        "s3:b|begins with 's3:'",
        "https://s3.example.com/b|--endpoint-url",
        "s3://|names no bucket",
        "s3:///x|names no bucket",
        "s3://key:secret@b/x|not the name of a bucket",
        "s3://b?x|not the name of a bucket",
        "file://nas/backups|host 'nas'",
        "file://|host ''",
        "file:backups|relative path",
        "file:|relative path",
      })
  void refusesWhatNamesNoPlace(String url, String message) {
    assertThatThrownBy(() -> RemoteUrl.parse(url, DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3.example.com", "ftp://x", "https://user:secret@x", "https://x?y", ""})
  void refusesWhatIsNoServer(String endpoint) {
    assertThatThrownBy(() -> RemoteUrl.parse("s3://b", at(endpoint)))
        .hasMessageContaining("--endpoint-url is not an http or https URL")
        .hasMessageNotContaining("secret");
  }

  @Test
  void aDirectoryHasNoServer() {
    assertThatThrownBy(() -> RemoteUrl.parse("file:///mnt", at("https://x")))
        .hasMessageContaining("not for a directory");
  }
}
