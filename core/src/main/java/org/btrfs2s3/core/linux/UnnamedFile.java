package org.btrfs2s3.core.linux;

import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A new file without a name (O_TMPFILE), which the kernel drops when this is closed or the process
 * ends, however it ends; unless it got a name. Only its owner may read it. Needs {@code /proc}, by
 * which the descriptor has a path (open(2)).
 */
public final class UnnamedFile implements AutoCloseable {

  // include/uapi/asm-generic/fcntl.h; O_DIRECTORY, which is in O_TMPFILE, differs on arm64.
  private static final int O_WRONLY = 1;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_DIRECTORY =
      System.getProperty("os.arch", "").equals("aarch64") ? 0x4000 : 0x10000;
  private static final int O_TMPFILE = 0x400000 | O_DIRECTORY;
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_FOLLOW = 0x400;
  private static final int OWNER_ONLY = 0600;

  private final int descriptor;
  private final FileOutputStream content;
  private boolean closed;

  private UnnamedFile(int descriptor, FileOutputStream content) {
    this.descriptor = descriptor;
    this.content = content;
  }

  /**
   * Makes one on the file system of a directory; nothing where that, or this system, has no such
   * files.
   */
  public static Optional<UnnamedFile> create(Path directory) {
    try (Arena arena = Arena.ofConfined()) {
      var path = Directory.cString(arena, Directory.bytesOf(directory));
      int opened = LibC.openat(AT_FDCWD, path, O_TMPFILE | O_WRONLY | O_CLOEXEC, OWNER_ONLY);
      if (opened < 0) {
        // Whatever else is wrong with the directory, a file with a name meets it, too.
        return Optional.empty();
      }
      try {
        // Not a channel: that would be closed by an interrupt in the middle of a write.
        return Optional.of(new UnnamedFile(opened, new FileOutputStream(path(opened))));
      } catch (IOException noProc) {
        LibC.close(opened);
        return Optional.empty();
      }
    }
  }

  private static String path(int descriptor) {
    return "/proc/self/fd/" + descriptor;
  }

  /** Where its content goes, unbuffered; closed with this. */
  public FileOutputStream content() {
    return content;
  }

  /**
   * Gives it its only name. Not yet durable: {@link Directory#sync(Path)} the directory.
   *
   * @throws FileAlreadyExistsException if the name is taken, which it then stays
   */
  public void link(Path name) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      var from = arena.allocateFrom(path(descriptor));
      var to = Directory.cString(arena, Directory.bytesOf(name));
      int result = LibC.linkat(AT_FDCWD, from, AT_FDCWD, to, AT_SYMLINK_FOLLOW);
      if (result == -Errno.EEXIST.number()) {
        throw new FileAlreadyExistsException(name.toString());
      }
      Directory.check(result, "give a file the name " + name);
    }
  }

  /** Idempotent. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try {
        content.close();
      } finally {
        // Written was through the other descriptor, which tells of failures.
        LibC.close(descriptor);
      }
    }
  }
}
