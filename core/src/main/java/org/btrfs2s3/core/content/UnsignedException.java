package org.btrfs2s3.core.content;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A required signature is missing or wrong. */
public final class UnsignedException extends IOException {

  private static final long serialVersionUID = 1L;

  UnsignedException(String message) {
    this(message, null);
  }

  UnsignedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
