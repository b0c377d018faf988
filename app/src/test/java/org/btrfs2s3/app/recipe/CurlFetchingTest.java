package org.btrfs2s3.app.recipe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.btrfs2s3.app.config.Located;
import org.btrfs2s3.app.config.Position;
import org.btrfs2s3.app.config.S3EndpointConfig;
import org.btrfs2s3.app.config.S3EndpointConfig.Verification;
import org.btrfs2s3.app.config.S3RemoteConfig;
import org.btrfs2s3.app.config.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the script gives to curl: shown by a curl that writes its arguments. */
final class CurlFetchingTest {

  @TempDir private Path directory = Path.of("");

  private static CurlFetching fetching(Verification verification) {
    var endpoint =
        new S3EndpointConfig(
            null,
            "mars'1",
            new S3EndpointConfig.AccessKey("the-id", new Secret("the-secret")),
            URI.create("https://127.0.0.1:9"),
            verification);
    var remote = new S3RemoteConfig("cloud", "bucket", "host1/", endpoint, Duration.ZERO);
    return (CurlFetching) Fetching.from(remote, FetchProgram.CURL);
  }

  /** The arguments that curl gets, a line each. */
  private List<String> arguments(CurlFetching fetching) throws Exception {
    var preamble = String.join("\n", fetching.preamble());
    assertThat(preamble).doesNotContain("the-id", "the-secret");
    var curl =
        executable("curl", "#!/bin/bash\nprintf '%s\\n' \"$@\" >arguments\necho '200 0' >&2\n");
    var curlrc = Files.writeString(directory.resolve("curlrc"), "");
    Files.setPosixFilePermissions(curlrc, PosixFilePermissions.fromString("rw-------"));
    var script = executable("script", preamble + "\nfetch 'https://x/a%3Ab'\n");
    var builder =
        new ProcessBuilder("bash", "-eu", script.toString()).directory(directory.toFile());
    builder.environment().merge("PATH", "", (path, _) -> curl.getParent() + ":" + path);
    var process = builder.redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return Files.readAllLines(directory.resolve("arguments"));
  }

  private Path executable(String name, String content) throws IOException {
    var file = Files.writeString(directory.resolve(name), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void signsForTheRegionWithCredentialsFromTheFile() throws Exception {
    assertThat(arguments(fetching(new Verification.Default())))
        .containsSequence("--config", "./curlrc")
        .containsSequence("--aws-sigv4", "aws:amz:mars%271:s3")
        .containsSequence("--url", "https://x/a%3Ab")
        .contains("--fail")
        .doesNotContain("--insecure", "--cacert");
  }

  @Test
  void checksCertificatesAsTheConfigurationSays() throws Exception {
    var file = new Located<>(Path.of("/etc/it's $(my)/ca.pem"), new Position(1, 1));

    assertThat(arguments(fetching(new Verification.Off()))).contains("--insecure");
    assertThat(arguments(fetching(new Verification.Authorities(file))))
        .containsSequence("--cacert", "/etc/it's $(my)/ca.pem")
        .doesNotContain("--insecure");
  }
}
