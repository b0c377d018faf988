package org.btrfs2s3.core.restore;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.linux.SystemCallException;
import org.btrfs2s3.core.run.LockedException;

/**
 * Keeps a second restore out of a target directory: each deletes what an earlier one left
 * unfinished there. A hidden directory is locked, not the target itself, because that may be the
 * root of a source whose upload holds its lock for weeks.
 */
final class RestoreLock implements AutoCloseable {

  private static final String NAME = ".btrfs2s3-restore-lock";

  private final Path directory;
  private final DirectoryLock lock;

  private RestoreLock(Path directory, DirectoryLock lock) {
    this.directory = directory;
    this.lock = lock;
  }

  static RestoreLock acquire(Path target) throws IOException, LockedException {
    var directory = target.resolve(NAME);
    while (true) {
      try {
        Files.createDirectory(directory);
      } catch (FileAlreadyExistsException _) {
        // Of another run, or left by one that was killed: the lock tells.
      }
      var lock =
          DirectoryLock.tryLock(directory)
              .orElseThrow(
                  () -> new LockedException("another restore into " + target + " is running"));
      if (isAt(directory, lock)) {
        return new RestoreLock(directory, lock);
      }
      lock.close();
    }
  }

  /** Whether its holder did not delete the directory between our opening and our locking it. */
  private static boolean isAt(Path directory, DirectoryLock lock) {
    try {
      return DirectoryLock.idOf(directory).equals(lock.id());
    } catch (SystemCallException _) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      // Before the lock is given up: whoever waits for it sees that the directory is gone.
      Files.deleteIfExists(directory);
    } finally {
      lock.close();
    }
  }
}
