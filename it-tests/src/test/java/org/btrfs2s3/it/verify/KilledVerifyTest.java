package org.btrfs2s3.it.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.lab.RemoteKind;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.RunningProgram;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.tree.TrickyTree;
import org.junit.jupiter.api.Test;

/**
 * What a verification leaves that is killed while it restores, the next one removes, and nothing
 * that a living one uses. (Invariants 4, 10.)
 */
class KilledVerifyTest {
  private static final long SEED = 12;
  private static final int NOISE_BYTES = 32 << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Test
  void theNextOneRemovesWhatAKilledOneLeft() throws Exception {
    LoopVolume.assume();
    try (Lab lab = Lab.create();
        Remote remote = RemoteKind.DIRECTORY.orSkip(lab.work())) {
      Path config = backUp(lab, remote);
      Path scratch = Files.createDirectory(lab.work().resolve("scratch"));
      for (String moment : new String[] {"image", "mount", "mount/*", "mount/*/*"}) {
        try (RunningProgram killed = verify(config, scratch).start()) {
          await(() -> exists(scratch, moment));
          // At once: the program is not slow.
          ProcessHandle.of(killed.pid()).orElseThrow().destroyForcibly();
          assertThat(killed.await(PATIENCE).exitCode()).isEqualTo(128 + 9);
        }
        assertThat(scratch).isNotEmptyDirectory();
      }
      // A program that was killed leaves children for a moment, which may still mount it.
      Thread.sleep(500);

      String told = verify(config, scratch).run().expect(0).stderr();

      assertThat(told)
          .contains("which a run that was killed had left")
          .doesNotContain("left alone");
      assertNothingIsLeft(scratch);
    }
  }

  @Test
  void aLivingOneIsLeftAlone() throws Exception {
    LoopVolume.assume();
    try (Lab lab = Lab.create();
        Remote remote = RemoteKind.DIRECTORY.orSkip(lab.work())) {
      Path config = backUp(lab, remote);
      Path scratch = Files.createDirectory(lab.work().resolve("scratch"));
      try (RunningProgram living = verify(config, scratch).start()) {
        await(() -> exists(scratch, "mount/*"));
        living.kill("STOP");
        try {
          String told = verify(config, scratch).run().expect(0).stderr();
          assertThat(told).doesNotContain("had left", "left alone");
          assertThat(exists(scratch, "mount/*")).isTrue();
        } finally {
          living.kill("CONT");
        }
        assertThat(living.await(PATIENCE).expect(0).stdout()).startsWith("r: ok: 2 backup(s)");
      }
      assertNothingIsLeft(scratch);
    }
  }

  private static Path backUp(Lab lab, Remote remote) throws Exception {
    ConfigFile config = ConfigFile.inZone(Lab.ZONE);
    remote.addTo(config, "r");
    Path file =
        config.source(lab.source(), lab.snapshots(), Upload.to("r", Lab.POLICY)).write(lab.work());
    TrickyTree tree = new TrickyTree(SEED);
    tree.create(lab.source());
    byte[] noise = new byte[NOISE_BYTES];
    new Random(SEED).nextBytes(noise);
    Files.write(lab.source().resolve("noise"), noise);
    Btrfs2s3.runHere(file, "update", "--force").expect(0);
    lab.awaitNewSecond();
    tree.mutate(lab.source(), 1);
    Btrfs2s3.runHere(file, "update", "--force").expect(0);
    return file;
  }

  private static Program verify(Path config, Path scratch) {
    return Btrfs2s3.withConfig(config)
        .with("verify", "--remote", "r", "--level", "restore", "--scratch", scratch);
  }

  /** Whether any scratch directory has something of this name, of which each part may be a *. */
  private static boolean exists(Path scratch, String pattern) {
    return exists(scratch, ("btrfs2s3-scratch-*/" + pattern).split("/"), 0);
  }

  private static boolean exists(Path directory, String[] parts, int from) {
    if (from == parts.length) {
      return true;
    }
    try (var entries = Files.newDirectoryStream(directory, parts[from])) {
      for (Path entry : entries) {
        if (exists(entry, parts, from + 1)) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      return false; // Gone meanwhile.
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.sleep(1);
    }
  }

  private static void assertNothingIsLeft(Path scratch) throws IOException {
    assertThat(scratch).isEmptyDirectory();
    assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(scratch.toString());
    assertThat(Program.of("losetup", "--all").output()).doesNotContain(scratch.toString());
  }
}
