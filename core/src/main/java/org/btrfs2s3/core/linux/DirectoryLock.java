package org.btrfs2s3.core.linux;

import java.nio.file.Path;
import java.util.Optional;

/**
 * An exclusive lock on a directory: {@code flock} on an open descriptor of it. There is no lock
 * file, nothing is left behind, and the kernel releases it when the process ends, however it ends.
 *
 * <p>It excludes every other lock on the same directory, whatever the path to it, in other
 * processes and in this one: a second attempt by the holder itself does not succeed either. So lock
 * each {@link FileId} once, and several in their order, or two runs may wait for each other. Child
 * processes do not inherit it.
 */
public final class DirectoryLock implements AutoCloseable {

  private final Directory directory;
  private final FileId id;

  private DirectoryLock(Directory directory, FileId id) {
    this.directory = directory;
    this.id = id;
  }

  /** Locks a directory, or gives nothing if another lock is held on it. Does not wait. */
  public static Optional<DirectoryLock> tryLock(Path path) throws SystemCallException {
    Directory directory = Directory.open(path);
    boolean locked = false;
    try {
      FileId id = directory.id();
      locked = directory.tryLock();
      return locked ? Optional.of(new DirectoryLock(directory, id)) : Optional.empty();
    } finally {
      if (!locked) {
        directory.close();
      }
    }
  }

  /** What a lock on this path would be a lock on. */
  public static FileId idOf(Path path) throws SystemCallException {
    try (Directory directory = Directory.open(path)) {
      return directory.id();
    }
  }

  public FileId id() {
    return id;
  }

  /** Releases the lock. Idempotent. */
  @Override
  public void close() {
    directory.close();
  }
}
