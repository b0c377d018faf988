package org.btrfs2s3.it.look;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.GpgHome;
import org.btrfs2s3.it.program.Upload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What somebody sees who begins at a terminal, which {@code script} of util-linux makes. */
@Timeout(120)
class TerminalSessionTest {
  private static final String RIGHT = "open sesame";
  private static final String PROMPT = "passphrase of 0x";

  private record Session(int exitCode, String seen) {}

  @Test
  void saysWhatIsMissingThenAsksAndShowsHowFarItIs() throws Exception {
    LoopVolume.assume();
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "no script(1) to make a terminal");
    try (Lab lab = Lab.create();
        GpgHome gpg = GpgHome.create()) {
      String key = gpg.generateKey(GpgHome.Algorithm.CURVE25519, "typist", RIGHT);
      Path publicKey = gpg.exportPublic(key, lab.work().resolve("public.asc"));
      Path secretKey = gpg.exportSecret(key, lab.work().resolve("secret.asc"), RIGHT);
      Path remote = Files.createDirectory(lab.work().resolve("remote"));
      Path config = config(lab, lab.snapshots(), remote, publicKey);
      Path elsewhere = Files.createDirectory(lab.work().resolve("elsewhere"));

      saysWhatIsMissing(lab, remote, publicKey, elsewhere);
      assertThat(Btrfs2s3.runHere(config, "check-config", "--create-remotes").expect(0).stderr())
          .isEmpty();
      lab.write("file", "content");
      Btrfs2s3.runHere(config, "update", "--force").expect(0);

      var verify = List.of("-c", config, "verify", "--level", "data", "--identity", secretKey);
      var twice = session(verify, "wrong", RIGHT);
      assertThat(twice.exitCode()).as(twice.seen()).isZero();
      assertThat(twice.seen())
          .contains("wrong; once more the " + PROMPT, "r: ok: 1 backup(s)")
          .containsPattern("100% .*\\[=+\\]")
          .doesNotContain("sesame");

      // Invariant 9.
      var never = session(verify, "a", "b", "c");
      assertThat(never.exitCode()).as(never.seen()).isEqualTo(10);
      assertThat(never.seen().split(PROMPT, -1)).hasSize(4);
      assertThat(never.seen()).contains("wrong passphrase for key 0x");
    }
  }

  private static Path config(Lab lab, Path snapshots, Path remote, Path key) throws IOException {
    return ConfigFile.inZone(Lab.ZONE)
        .source(lab.source(), snapshots, Upload.to("r", Lab.POLICY).encryptedTo(key))
        .directoryRemote("r", remote)
        .write(Files.createTempDirectory(lab.work(), "config"));
  }

  private static void saysWhatIsMissing(Lab lab, Path remote, Path key, Path elsewhere)
      throws IOException {
    Path absent = lab.source().resolve("absent");
    Path without = config(lab, absent, remote, key);
    assertThat(Btrfs2s3.runHere(without, "check-config").expect(0).stderr())
        .contains("btrfs subvolume create " + absent);
    assertThat(Btrfs2s3.runHere(without, "update", "--pretend").stdout())
        .contains("btrfs subvolume create " + absent)
        .doesNotContain("ENOENT");
    assertThat(
            Btrfs2s3.runHere(config(lab, elsewhere, remote, key), "check-config")
                .expect(0)
                .stderr())
        .contains(elsewhere + " is on another file system");
  }

  /** Types a line at each prompt. */
  private static Session session(List<?> arguments, String... lines) throws Exception {
    var command =
        Stream.concat(Stream.of(Btrfs2s3.launcher()), arguments.stream())
            .map(word -> "'" + word + "'")
            .toList();
    var builder =
        new ProcessBuilder("script", "-qec", String.join(" ", command), "/dev/null")
            .redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("TERM", "xterm");
    var process = builder.start();
    var seen = new StringBuilder();
    try (var out = process.getInputStream();
        var in = process.getOutputStream()) {
      for (var line : lines) {
        int before = seen.length();
        while (!seen.substring(before).matches("(?s).*" + PROMPT + "[^\n]*: ")) {
          int next = out.read();
          assertThat(next).as("a prompt, after %s", seen).isNotNegative();
          seen.append((char) next);
        }
        in.write((line + "\n").getBytes(UTF_8));
        in.flush();
      }
      seen.append(new String(out.readAllBytes(), UTF_8));
    } finally {
      process.destroy();
    }
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return new Session(process.exitValue(), seen.toString());
  }
}
