package org.btrfs2s3.core.pipeline;

import java.io.IOException;

/** A command of the configuration cannot be started: what it would have decoded is not known. */
public final class MissingCommandException extends IOException {

  private static final long serialVersionUID = 1L;

  MissingCommandException(IOException cause) {
    super("cannot start the command: " + cause.getMessage(), cause);
  }
}
