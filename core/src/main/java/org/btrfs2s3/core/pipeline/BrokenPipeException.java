package org.btrfs2s3.core.pipeline;

import java.io.IOException;

/** Another part of the pipeline failed; that part's failure is the one that is reported. */
final class BrokenPipeException extends IOException {

  private static final long serialVersionUID = 1L;

  BrokenPipeException() {
    super("another part of the pipeline failed");
  }
}
