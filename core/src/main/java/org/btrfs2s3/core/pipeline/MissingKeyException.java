package org.btrfs2s3.core.pipeline;

import java.io.IOException;

/** Something is encrypted, but to none of the keys that are at hand: nothing is known of it. */
public final class MissingKeyException extends IOException {

  private static final long serialVersionUID = 1L;

  MissingKeyException(String message) {
    super(message);
  }
}
