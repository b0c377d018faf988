package org.btrfs2s3.core.pipeline;

import java.io.IOException;

/**
 * Something is encrypted, but to none of the keys that are at hand, or they cannot be used: nothing
 * is known of it.
 */
public final class MissingKeyException extends IOException {

  private static final long serialVersionUID = 1L;

  MissingKeyException(String message) {
    super(message);
  }

  public MissingKeyException(String message, Throwable cause) {
    super(message, cause);
  }
}
