package org.btrfs2s3.core.verify;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Tells a scratch file system that fails from a backup that cannot be received. */
final class ScratchFault {

  private static final int PROBE_BYTES = 1 << 20;

  /** A full or broken disk below the scratch file system shows in it as the latter two. */
  private static final List<String> SIGNS =
      List.of("Input/output error", "EIO", "Read-only file system", "EROFS");

  private static final List<String> NO_SPACE = List.of("No space left on device", "ENOSPC");

  private ScratchFault() {}

  /**
   * What is wrong with the scratch file system, so that the failure says nothing of a backup.
   *
   * @param message of the failure
   */
  static Optional<String> of(String message, Path scratch) {
    if (NO_SPACE.stream().anyMatch(message::contains)) {
      return Optional.of("the scratch file system is too small for it");
    }
    if (SIGNS.stream().anyMatch(message::contains) || !takesData(scratch)) {
      return Optional.of(
          "the scratch file system failed (is the disk below --scratch full or broken?)");
    }
    return Optional.empty();
  }

  private static boolean takesData(Path scratch) {
    try {
      var probe = Files.createTempFile(scratch, "probe-", "");
      try (var file = new RandomAccessFile(probe.toFile(), "rwd")) {
        file.write(new byte[PROBE_BYTES]);
      } finally {
        Files.delete(probe);
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
