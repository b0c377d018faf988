package org.btrfs2s3.core.restore;

import java.io.IOException;

/** Nothing tells how an object is to be decoded. */
final class UndecodableException extends IOException {

  private static final long serialVersionUID = 1L;

  UndecodableException(String message) {
    super(message);
  }
}
