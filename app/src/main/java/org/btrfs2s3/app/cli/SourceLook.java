package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.update.SnapshotsPlace;
import org.btrfs2s3.core.update.SourceSetup;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether a source and its snapshots directory are what an update needs: before the first one
 * they often are not yet. Changes nothing.
 */
final class SourceLook {

  private SourceLook() {}

  /** What is wrong, and what to do about it. */
  static Optional<String> trouble(SourceSetup source, Btrfs btrfs) {
    try {
      return Optional.ofNullable(find(source, btrfs))
          .map(trouble -> "source " + source.path() + ": " + trouble);
    } catch (IOException e) {
      return Optional.of("source " + source.path() + ": " + e.getMessage());
    }
  }

  private static @Nullable String find(SourceSetup source, Btrfs btrfs) throws IOException {
    if (Files.notExists(source.path())) {
      return "there is no such directory now";
    }
    btrfs.inspect(source.path());
    var snapshots = source.snapshots();
    SnapshotsPlace.requireThere(snapshots);
    if (!Files.isDirectory(snapshots)) {
      return "its snapshots directory " + snapshots + " is no directory";
    }
    return KernelBtrfs.isOneFileSystem(source.path(), snapshots)
        ? null
        : "its snapshots directory %s is on another file system; name one on the same btrfs"
            .formatted(snapshots);
  }
}
