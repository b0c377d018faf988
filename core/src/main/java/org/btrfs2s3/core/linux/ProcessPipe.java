package org.btrfs2s3.core.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A pipe to or from a child process. The JDK does not tell the descriptor of its own end; but
 * opening the child's, through /proc, opens the same pipe, whose size both ends share.
 */
public final class ProcessPipe {

  // include/uapi/asm-generic/fcntl.h and include/uapi/linux/fcntl.h, the same on arm64
  private static final int O_RDWR = 2;
  private static final int O_NOCTTY = 0x100;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  private static final int F_SETPIPE_SZ = 1031;
  private static final int AT_FDCWD = -100;

  private ProcessPipe() {}

  /**
   * Sets how many bytes a pipe holds. Both its ends are open here meanwhile, so that only after
   * this call it ends, or breaks, with the last of the other process' descriptors.
   *
   * @param pid of a child, which may have ended
   * @param descriptor number of the pipe in the child
   * @param bytes at least as many; the kernel rounds them up to a power of two of pages
   * @throws SystemCallException such as ENOENT if the child has ended, EBADF if that is no pipe,
   *     and EPERM if this user may not have so large a one
   */
  public static void resize(long pid, int descriptor, int bytes) throws SystemCallException {
    String path = "/proc/" + pid + "/fd/" + descriptor;
    int pipe = open(path);
    try {
      check(LibC.fcntl(pipe, F_SETPIPE_SZ, bytes), "resize the pipe " + path);
    } finally {
      // Fails for what was to be written only, and nothing was.
      LibC.close(pipe);
    }
  }

  private static int open(String path) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path);
      int flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
      return check(LibC.openat(AT_FDCWD, name, flags), "open the pipe " + path);
    }
  }

  private static int check(int result, String attempt) throws SystemCallException {
    if (result < 0) {
      throw new SystemCallException(attempt, new Errno(-result));
    }
    return result;
  }
}
