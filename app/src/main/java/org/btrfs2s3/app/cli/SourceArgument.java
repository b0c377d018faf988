package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.jspecify.annotations.Nullable;

/** A source that is named by its path on this machine, or by its UUID. */
final class SourceArgument {

  private SourceArgument() {}

  /** Its UUID; null if none is named. */
  static @Nullable UUID id(@Nullable String source, Btrfs btrfs) throws IOException {
    if (source == null) {
      return null;
    }
    if (UuidArgument.isOne(source)) {
      return UUID.fromString(source);
    }
    var path = Path.of(source).toAbsolutePath();
    if (Files.notExists(path)) {
      throw new IOException(
          "--source %s: there is no such path on this machine; give the path of the subvolume, or the UUID of the source that list shows"
              .formatted(source));
    }
    try {
      return btrfs.inspect(path).uuid();
    } catch (BtrfsException e) {
      throw new IOException(
          "--source %s: %s; give the path of the subvolume, or the UUID of the source that list shows"
              .formatted(source, e.getMessage()),
          e);
    }
  }
}
