package org.btrfs2s3.core.reseed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.run.LockedException;

/** The upload locks of sources, so that no update uploads or collects the same meanwhile. */
final class SourceLocks implements AutoCloseable {
  private final List<DirectoryLock> locks = new ArrayList<>();
  private final Set<UUID> locked = new HashSet<>();

  private SourceLocks() {}

  /**
   * Locks those that are on this machine.
   *
   * @param roots of the sources that the configuration has
   * @throws LockedException if another run is uploading one of them
   */
  static SourceLocks take(Btrfs btrfs, List<Path> roots, Set<UUID> sources)
      throws IOException, LockedException {
    var taken = new SourceLocks();
    boolean complete = false;
    try {
      for (var root : roots) {
        taken.lock(btrfs, root, sources);
      }
      complete = true;
      return taken;
    } finally {
      if (!complete) {
        taken.close();
      }
    }
  }

  private void lock(Btrfs btrfs, Path root, Set<UUID> sources) throws IOException, LockedException {
    UUID uuid;
    try {
      uuid = btrfs.inspect(root).uuid();
    } catch (BtrfsException _) {
      return; // Not there: then no update of this machine uploads it either.
    }
    if (!sources.contains(uuid) || locked.contains(uuid)) {
      return;
    }
    locks.add(
        DirectoryLock.tryLock(root)
            .orElseThrow(
                () ->
                    new LockedException(
                        "source " + root + ": another run is uploading it; try again later")));
    locked.add(uuid);
  }

  boolean holds(UUID source) {
    return locked.contains(source);
  }

  @Override
  public void close() {
    locks.forEach(DirectoryLock::close);
  }
}
