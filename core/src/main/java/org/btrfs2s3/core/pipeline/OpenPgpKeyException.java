package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of OpenPGP keys is of no use. The message names the file and the reason. */
public final class OpenPgpKeyException extends IOException {

  private static final long serialVersionUID = 1L;

  private final boolean isOfPassphrase;

  OpenPgpKeyException(Path file, String reason, @Nullable Throwable cause) {
    this(file, reason, cause, false);
  }

  private OpenPgpKeyException(
      Path file, String reason, @Nullable Throwable cause, boolean isOfPassphrase) {
    super(file + ": " + reason, cause);
    this.isOfPassphrase = isOfPassphrase;
  }

  static OpenPgpKeyException wrongPassphrase(Path file, String key, Throwable cause) {
    return new OpenPgpKeyException(file, "wrong passphrase for key " + key, cause, true);
  }

  /** Whether it is that a passphrase was wrong. */
  boolean isOfPassphrase() {
    return isOfPassphrase;
  }
}
