package org.btrfs2s3.core.update;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.btrfs2s3.core.linux.DirectoryLock;

/** Where the snapshots directory of a source lies. */
public enum SnapshotsPlace {
  /** Not inside the source. */
  OUTSIDE,
  /** A plain directory inside the source: each snapshot changes the source itself. */
  INSIDE,
  /** Inside the source, in a subvolume of its own. */
  NESTED;

  /**
   * Looks where it is.
   *
   * @throws IOException if source or directory are not there
   */
  static SnapshotsPlace of(SourceSetup source) throws IOException {
    requireThere(source.snapshots());
    var directory = DirectoryLock.idOf(source.snapshots());
    if (!source.snapshots().toRealPath().startsWith(source.path().toRealPath())) {
      return OUTSIDE;
    }
    // Each subvolume has a device number of its own.
    return directory.device() == DirectoryLock.idOf(source.path()).device() ? INSIDE : NESTED;
  }

  /**
   * Requires that there is such a directory.
   *
   * @throws IOException if not, with what to do
   */
  public static void requireThere(Path snapshots) throws IOException {
    if (Files.notExists(snapshots)) {
      throw new IOException(
          "the snapshots directory %s is not there; create it: btrfs subvolume create %1$s"
              .formatted(snapshots));
    }
  }
}
