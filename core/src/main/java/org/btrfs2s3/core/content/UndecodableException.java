package org.btrfs2s3.core.content;

import java.io.IOException;
import org.btrfs2s3.core.pipeline.LikelyFormat;

/** Nothing tells how an object is to be decoded. */
public final class UndecodableException extends IOException {

  private static final long serialVersionUID = 1L;

  private final LikelyFormat format;

  UndecodableException(String message, LikelyFormat format) {
    super(message);
    this.format = format;
  }

  /** What the first bytes look like. */
  public LikelyFormat format() {
    return format;
  }
}
