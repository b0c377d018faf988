package org.btrfs2s3.core.reseed;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.verify.SourcePlace;
import org.jspecify.annotations.Nullable;

/** The upload locks of sources, so that no update uploads or collects the same meanwhile. */
final class SourceLocks implements AutoCloseable {
  private final Btrfs btrfs;
  private final List<SourcePlace> places;
  private final Map<UUID, DirectoryLock> locks = new HashMap<>();

  /**
   * Holds none yet.
   *
   * @param places of the sources that the configuration has
   */
  SourceLocks(Btrfs btrfs, List<SourcePlace> places) {
    this.btrfs = btrfs;
    this.places = places;
  }

  /**
   * Locks those of these sources that are on this machine.
   *
   * @return whether any was not locked before: what was looked at until then may be out of date
   * @throws LockedException if another run is uploading one of them
   */
  boolean add(Set<UUID> sources) throws IOException, LockedException {
    int before = locks.size();
    for (var place : places) {
      var uuid = uuid(place);
      if (uuid != null && sources.contains(uuid) && !locks.containsKey(uuid)) {
        locks.put(uuid, lock(place));
      }
    }
    return locks.size() > before;
  }

  /** Null if it is not there: then no update of this machine uploads it either. */
  private @Nullable UUID uuid(SourcePlace place) {
    try {
      return btrfs.inspect(place.path()).uuid();
    } catch (BtrfsException _) {
      return null;
    }
  }

  private static DirectoryLock lock(SourcePlace place) throws IOException, LockedException {
    return DirectoryLock.tryLock(place.path())
        .orElseThrow(
            () ->
                new LockedException(
                    "source " + place.path() + ": another run is uploading it; try again later"));
  }

  boolean holds(UUID source) {
    return locks.containsKey(source);
  }

  @Override
  public void close() {
    locks.values().forEach(DirectoryLock::close);
  }
}
