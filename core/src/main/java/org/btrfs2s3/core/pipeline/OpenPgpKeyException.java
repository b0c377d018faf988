package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of OpenPGP keys is of no use. The message names the file and the reason. */
public final class OpenPgpKeyException extends IOException {

  private static final long serialVersionUID = 1L;

  OpenPgpKeyException(Path file, String reason, @Nullable Throwable cause) {
    super(file + ": " + reason, cause);
  }
}
