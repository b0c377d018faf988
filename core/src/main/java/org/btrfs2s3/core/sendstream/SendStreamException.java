package org.btrfs2s3.core.sendstream;

import java.io.IOException;

/** Bytes that are no whole, undamaged send stream, or one of something else than expected. */
public sealed class SendStreamException extends IOException permits DeviceNodeException {

  private static final long serialVersionUID = 1L;

  private final long offset;

  /**
   * @param offset in bytes from the stream's beginning
   */
  SendStreamException(long offset, String problem) {
    super("send stream at byte " + offset + ": " + problem);
    this.offset = offset;
  }

  /** Where the problem is: the first byte of the command or attribute. */
  public long offset() {
    return offset;
  }
}
