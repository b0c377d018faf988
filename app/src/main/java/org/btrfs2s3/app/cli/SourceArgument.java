package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.Btrfs;
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
    return btrfs.inspect(Path.of(source).toAbsolutePath()).uuid();
  }
}
