package org.btrfs2s3.it.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.lab.RemoteKind;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.RunningProgram;
import org.btrfs2s3.it.program.Upload;
import org.junit.jupiter.api.Test;

/**
 * A disk that is too small for what is restored to be looked at, or becomes full meanwhile: nothing
 * of a backup is said because of it, and what was found before is. (Invariant 9.)
 */
class FullScratchTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long DISK_BYTES = 640L << 20;
  private static final int MIB = 1 << 20;

  /** What is done where there is one backup, of a small file. */
  private interface Trial {
    void on(Lab lab, Path config, Path disk) throws Exception;
  }

  private static void onSmallDisk(Trial trial) throws Exception {
    LoopVolume.assume();
    try (Lab lab = Lab.create();
        LoopVolume disk = LoopVolume.create(DISK_BYTES);
        Remote remote = RemoteKind.DIRECTORY.orSkip(lab.work())) {
      Path config = config(lab, remote);
      lab.write("small", "small");
      update(config);
      trial.on(lab, config, disk.path());
      assertThat(disk.path()).isEmptyDirectory();
      assertThat(Files.readString(Path.of("/proc/mounts")))
          .doesNotContain(disk.path() + "/btrfs2s3-scratch");
    }
  }

  private static void update(Path config) {
    Btrfs2s3.runHere(config, "update", "--force").expect(0);
  }

  @Test
  void whatDoesNotFitIsNotChecked() throws Exception {
    onSmallDisk(
        (lab, config, disk) -> {
          lab.awaitNewSecond();
          // Of which the backup is too small to tell.
          zeros(lab.source().resolve("large"));
          update(config);

          Result result = verify(config, disk).with("--json").run().expect(3);

          var report = new ObjectMapper().readTree(result.stdout());
          assertThat(report.get("findings")).isEmpty();
          assertThat(report.get("sampled")).hasSize(2);
          assertThat(report.get("checked")).containsExactly(report.get("sampled").get(0));
          assertThat(report.get("not_checked")).hasSize(1);
          assertThat(report.get("not_checked").get(0).get("message").asText())
              .contains("scratch file system is too small");
        });
  }

  @Test
  void aDiskThatBecomesFullLosesNothingOfTheReport() throws Exception {
    onSmallDisk(
        (lab, config, disk) -> {
          for (int i = 0; i < 2; i++) {
            lab.awaitNewSecond();
            noise(lab.source().resolve("noise"), new Random(i));
            update(config);
          }

          Result result;
          try (RunningProgram running = verify(config, disk).start()) {
            await(running, "identical");
            running.kill("STOP");
            fillUp(disk.resolve("filler"));
            running.kill("CONT");
            result = running.await(PATIENCE).expect(3);
          }

          assertThat(result.stdout())
              .contains("not checked: ", "scratch file system", "not all checked: 3 backup(s)")
              .contains("1 looked at")
              .doesNotContain("error:", "critical:");
          Files.delete(disk.resolve("filler"));
        });
  }

  private static Path config(Lab lab, Remote remote) throws IOException {
    ConfigFile config = ConfigFile.inZone(Lab.ZONE);
    remote.addTo(config, "r");
    return config
        .source(lab.source(), lab.snapshots(), Upload.to("r", Lab.POLICY))
        .write(lab.work());
  }

  private static Program verify(Path config, Path scratch) {
    return Btrfs2s3.withConfig(config)
        .with("verify", "--remote", "r", "--level", "restore", "--scratch", scratch);
  }

  private static void zeros(Path file) throws IOException {
    byte[] zeros = new byte[MIB];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < 600; i++) {
        out.write(zeros);
      }
    }
  }

  private static void noise(Path file, Random random) throws IOException {
    byte[] noise = new byte[80 * MIB];
    random.nextBytes(noise);
    Files.write(file, noise);
  }

  private static void fillUp(Path file) {
    Program.bash("cat /dev/zero >\"$1\" 2>/dev/null || true; sync -f \"$1\"", file).output();
  }

  private static void await(RunningProgram running, String words) throws InterruptedException {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!running.stderr().contains(words)) {
      assertThat(running.isRunning()).as(running.stderr()).isTrue();
      assertThat(Instant.now()).isBefore(deadline);
      Thread.sleep(1);
    }
  }
}
