package org.btrfs2s3.s3;

import java.io.IOException;

/** A request was cancelled because no byte of it was moved. */
final class StalledException extends IOException {

  private static final long serialVersionUID = 1L;

  StalledException(String message, IOException cause) {
    super(message, cause);
  }
}
