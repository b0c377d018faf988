package org.btrfs2s3.core.verify;

import java.nio.file.Path;
import java.util.List;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.ScratchVolume;
import org.btrfs2s3.core.catalog.StoredBackup;

/** How much room a scratch file system needs, and may take. */
final class ScratchSpace {

  /** What compressed streams are expected to unpack to, at most; a guess. */
  private static final int USUAL_RATIO = 8;

  private ScratchSpace() {}

  /**
   * The size for a scratch file system: never so large that it could fill the file system below it.
   *
   * @param free bytes of the file system of the parent
   * @throws BtrfsException if what is to be restored surely does not fit
   */
  static long size(List<List<StoredBackup>> chains, Path parent, long free) throws BtrfsException {
    long least = leastBytes(chains);
    long allowed = free - free / 10;
    if (allowed < least + ScratchVolume.SMALLEST) {
      throw new BtrfsException(
          "cannot restore into %s: at least %d MiB are needed, and %d MiB may be used of what is free;"
              .concat(" choose another directory, or a smaller --sample")
              .formatted(parent, toMebibytes(least + ScratchVolume.SMALLEST), toMebibytes(allowed)),
          "",
          null);
    }
    return Math.min(allowed, Math.max(1L << 30, least * USUAL_RATIO + ScratchVolume.SMALLEST));
  }

  /** The largest chain: others are deleted when they are not needed any more. */
  private static long leastBytes(List<List<StoredBackup>> chains) {
    return chains.stream()
        .mapToLong(chain -> chain.stream().mapToLong(StoredBackup::size).sum())
        .max()
        .orElse(0);
  }

  private static long toMebibytes(long bytes) {
    return Math.ceilDiv(bytes, 1L << 20);
  }
}
