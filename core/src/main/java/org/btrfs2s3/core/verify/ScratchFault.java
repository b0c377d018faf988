package org.btrfs2s3.core.verify;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.btrfs2s3.core.btrfs.StorageFault;

/** Tells a scratch file system that fails from a backup that cannot be received. */
final class ScratchFault {

  private static final int PROBE_BYTES = 1 << 20;

  private ScratchFault() {}

  /**
   * What is wrong with the scratch file system, so that the failure says nothing of a backup.
   *
   * @param message of the failure, without names that others have given
   */
  static Optional<String> of(String message, Path scratch) {
    if (StorageFault.isLackOfSpace(message)) {
      return Optional.of("the scratch file system is too small for it");
    }
    // A full or broken disk below the scratch file system shows in it.
    if (StorageFault.isBroken(message) || !takesData(scratch)) {
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
