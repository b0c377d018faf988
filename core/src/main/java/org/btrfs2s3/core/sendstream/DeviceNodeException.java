package org.btrfs2s3.core.sendstream;

/** A stream that makes device nodes where that is not allowed; it may be right otherwise. */
public final class DeviceNodeException extends SendStreamException {

  private static final long serialVersionUID = 1L;

  DeviceNodeException(long offset, String problem) {
    super(offset, problem);
  }
}
