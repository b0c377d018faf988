package org.btrfs2s3.core.pipeline;

import java.io.IOException;

/**
 * A command of the configuration ended with another code than 0: what went through it is damaged,
 * or the command lacks something here, such as a key. Nothing but its own words tells which.
 */
public final class FailedCommandException extends IOException {

  private static final long serialVersionUID = 1L;

  FailedCommandException(String message) {
    super(message);
  }
}
