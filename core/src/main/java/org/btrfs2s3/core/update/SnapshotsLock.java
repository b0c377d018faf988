package org.btrfs2s3.core.update;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.linux.FileId;
import org.btrfs2s3.core.linux.SystemCallException;
import org.btrfs2s3.core.run.LockedException;

/**
 * The locks of all snapshots directories, held for the seconds in which snapshots are observed,
 * made, renamed and deleted. Taken in the order of device and inode, each directory once, so that
 * two runs cannot wait for each other.
 */
final class SnapshotsLock implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);

  private final List<DirectoryLock> held = new ArrayList<>();

  private SnapshotsLock() {}

  /**
   * Waits for the locks of all directories.
   *
   * @throws LockedException if a lock was not free within {@code wait}
   */
  static SnapshotsLock acquire(Collection<Path> directories, Duration wait)
      throws IOException, LockedException, InterruptedException {
    var lock = new SnapshotsLock();
    // Not the clock of the wall: this program must work under a clock that jumps.
    long deadline = System.nanoTime() + wait.toNanos();
    try {
      for (var directory : inOrder(directories)) {
        lock.held.add(waitFor(directory, deadline));
      }
      return lock;
    } catch (IOException | LockedException | InterruptedException e) {
      lock.close();
      throw e;
    }
  }

  private static Collection<Path> inOrder(Collection<Path> directories) throws SystemCallException {
    var byId = new TreeMap<FileId, Path>();
    for (var directory : directories) {
      byId.put(DirectoryLock.idOf(directory), directory);
    }
    return byId.values();
  }

  private static DirectoryLock waitFor(Path directory, long deadline)
      throws IOException, LockedException, InterruptedException {
    while (true) {
      var lock = DirectoryLock.tryLock(directory);
      if (lock.isPresent()) {
        return lock.get();
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new LockedException(
            "another run holds the lock of " + directory + "; --wait SECONDS waits longer");
      }
      Thread.sleep(POLL);
    }
  }

  @Override
  public void close() {
    held.reversed().forEach(DirectoryLock::close);
    held.clear();
  }
}
