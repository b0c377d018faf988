package org.btrfs2s3.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
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
import org.btrfs2s3.it.program.RunningProgram;
import org.btrfs2s3.it.program.Upload;
import org.junit.jupiter.api.Test;

/** A stream that is written into a file, until the program is killed. (Invariants 1, 4.) */
class KilledExportTest {
  private static final int BYTES = 64 << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Test
  void nothingIsLeftOfAStreamWhoseProgramWasKilled() throws Exception {
    LoopVolume.assume();
    try (Lab lab = Lab.create();
        Remote remote = RemoteKind.DIRECTORY.orSkip(lab.work())) {
      ConfigFile config = ConfigFile.inZone(Lab.ZONE);
      remote.addTo(config, "r");
      Path file =
          config
              .source(lab.source(), lab.snapshots(), Upload.to("r", Lab.POLICY))
              .write(lab.work());
      byte[] noise = new byte[BYTES];
      new Random(13).nextBytes(noise);
      Files.write(lab.source().resolve("noise"), noise);
      Btrfs2s3.runHere(file, "update", "--force").expect(0);
      // On btrfs, which has files without names.
      Path target = lab.newTarget();
      Program export =
          Btrfs2s3.withConfig(file)
              .with("restore", "--latest", "--stream-to", target.resolve("stream"));

      try (RunningProgram killed = export.start()) {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!hasOpen(killed.pid(), target)) {
          assertThat(Instant.now()).isBefore(deadline);
        }
        ProcessHandle.of(killed.pid()).orElseThrow().destroyForcibly();
        assertThat(killed.await(PATIENCE).exitCode()).isEqualTo(128 + 9);
      }

      assertThat(target).isEmptyDirectory();
      export.run().expect(0);
      assertThat(target).isDirectoryContaining(entry -> entry.endsWith("stream"));
      assertThat(Files.size(target.resolve("stream"))).isGreaterThan(BYTES);
    }
  }

  private static boolean hasOpen(long pid, Path directory) {
    try (var files = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path open : files) {
        if (Files.readSymbolicLink(open).startsWith(directory)) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      return false; // Closed meanwhile.
    }
  }
}
