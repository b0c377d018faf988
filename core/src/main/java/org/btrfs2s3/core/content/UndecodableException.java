package org.btrfs2s3.core.content;

import java.io.IOException;

/** Nothing tells how an object is to be decoded. */
public final class UndecodableException extends IOException {

  private static final long serialVersionUID = 1L;

  UndecodableException(String message) {
    super(message);
  }
}
