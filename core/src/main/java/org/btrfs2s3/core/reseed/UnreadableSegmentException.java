package org.btrfs2s3.core.reseed;

import java.io.IOException;
import java.io.Serial;
import org.btrfs2s3.core.store.ObjectKey;

/** There is no key or command here for what an interrupted run left: nobody can tell what it is. */
final class UnreadableSegmentException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  UnreadableSegmentException(ObjectKey key, IOException cause) {
    super(key + " cannot be decoded here: " + cause.getMessage(), cause);
  }
}
