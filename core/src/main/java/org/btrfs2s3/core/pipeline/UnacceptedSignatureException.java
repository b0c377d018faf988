package org.btrfs2s3.core.pipeline;

import java.io.IOException;

/** Content carries no signature by one of the keys of which one must have signed it. */
public final class UnacceptedSignatureException extends IOException {

  private static final long serialVersionUID = 1L;

  UnacceptedSignatureException(String message) {
    super(message);
  }
}
