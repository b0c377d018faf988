package org.btrfs2s3.policy;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What snapshots and backups have in common: the state of a source at one time. */
sealed interface PointInTime permits Snapshot, Backup {

  UUID uuid();

  Ctransid ctransid();

  Instant ctime();

  /** The one with the largest ctransid; of equal ones the first; null if there is none. */
  static <T extends PointInTime> @Nullable T newest(Collection<T> items) {
    @Nullable T newest = null;
    for (T item : items) {
      if (newest == null || item.ctransid().isAfter(newest.ctransid())) {
        newest = item;
      }
    }
    return newest;
  }

  /** In the order of the input; of several with one UUID the first. */
  static <T extends PointInTime> Map<UUID, T> byUuid(Collection<T> items) {
    Map<UUID, T> byUuid = new LinkedHashMap<>();
    items.forEach(item -> byUuid.putIfAbsent(item.uuid(), item));
    return byUuid;
  }
}
