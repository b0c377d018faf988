package org.btrfs2s3.core.inventory;

import java.io.IOException;

/** A send stream does something that the tree that it is applied to does not allow. */
final class ImpossibleChangeException extends IOException {

  private static final long serialVersionUID = 1L;

  ImpossibleChangeException(String message) {
    super(message);
  }
}
