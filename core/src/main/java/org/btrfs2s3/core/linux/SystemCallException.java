package org.btrfs2s3.core.linux;

import java.io.IOException;

/**
 * The kernel refused a system call. The message says what was attempted, on what, and the error,
 * such as {@code cannot rename /b/.tmp/x to /b/x: EEXIST (File exists)}.
 */
public final class SystemCallException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int errno;

  /**
   * @param attempt what was attempted and on what, such as {@code rename /a to /b}
   */
  public SystemCallException(String attempt, Errno errno) {
    super("cannot " + attempt + ": " + errno);
    this.errno = errno.number();
  }

  public Errno errno() {
    return new Errno(errno);
  }
}
