package org.btrfs2s3.app.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SystemdUnitsTest {

  private static final Path UNITS = Path.of("src/main/dist/systemd");
  private static final Path VERIFIER = Path.of("/usr/bin/systemd-analyze");

  @TempDir private Path directory;

  @Test
  void areAcceptedBySystemd() throws Exception {
    assumeTrue(Files.isExecutable(VERIFIER), "there is no " + VERIFIER);
    // The program need not be installed for this.
    List<String> command = new ArrayList<>(List.of(VERIFIER.toString(), "verify"));
    try (Stream<Path> units = Files.list(UNITS)) {
      for (Path unit : units.sorted().toList()) {
        String content =
            Files.readString(unit)
                .replace("/opt/btrfs2s3/bin/btrfs2s3", "/bin/sh")
                .replace("Documentation=file:/opt/btrfs2s3/README.md\n", "");
        command.add(
            Files.writeString(directory.resolve(unit.getFileName().toString()), content)
                .toString());
      }
    }

    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output.lines().filter(line -> line.contains("btrfs2s3"))).isEmpty();
  }

  @Test
  void startAnUpdateThatMayTakeAnyTime() throws IOException {
    assertThat(Files.readAllLines(UNITS.resolve("btrfs2s3.service")))
        .contains(
            "Type=oneshot",
            "ExecStart=/opt/btrfs2s3/bin/btrfs2s3 update --force",
            "TimeoutStartSec=infinity",
            "Environment=LC_ALL=C.UTF-8")
        // It would forbid adjtimex, by which the guards ask whether the clock is right.
        .doesNotContain("ProtectClock=yes");
    assertThat(Files.readAllLines(UNITS.resolve("btrfs2s3.timer")))
        .contains("OnCalendar=hourly", "Persistent=true");
  }

  @Test
  void makeSnapshotsWhileAnUploadIsUnderWay() throws IOException {
    assertThat(Files.readAllLines(UNITS.resolve("btrfs2s3-snapshot.service")))
        .contains(
            "Type=oneshot", "ExecStart=/opt/btrfs2s3/bin/btrfs2s3 update --force --no-upload");
    assertThat(Files.readAllLines(UNITS.resolve("btrfs2s3-snapshot.timer")))
        .contains("Persistent=true");
  }
}
