package org.btrfs2s3.core.btrfs;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A btrfs operation failed. The message names operation, path and errno, such as {@code cannot
 * create snapshot /data/.snapshots/x of /data: ENOSPC (No space left on device)}.
 */
public final class BtrfsException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String errno;

  /**
   * @param errno the name of the error, such as {@code ENOENT}, or an empty string where there is
   *     none (a child process)
   */
  public BtrfsException(String message, String errno, @Nullable Throwable cause) {
    super(message, cause);
    this.errno = errno;
  }

  public String errno() {
    return errno;
  }
}
