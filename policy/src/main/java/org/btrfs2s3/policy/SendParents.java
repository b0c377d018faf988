package org.btrfs2s3.policy;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which snapshot a new backup is sent against. */
interface SendParents {

  /** The UUID of the send parent; null: the backup is full. */
  @Nullable UUID of(Snapshot snapshot);

  /** The nominal snapshot of the next longer timeframe. */
  static SendParents nominal(Nominal<Snapshot> nominal) {
    return snapshot -> {
      Snapshot parent = nominal.parentOf(snapshot);
      return parent == null ? null : parent.uuid();
    };
  }

  /**
   * The same, but what was a backup before keeps its send parent, if that is usable; full ones stay
   * full.
   */
  static SendParents asBefore(
      SendParents parents, Map<UUID, Backup> before, Predicate<UUID> usable) {
    return snapshot -> {
      Backup backup = before.get(snapshot.uuid());
      if (backup == null) {
        return parents.of(snapshot);
      }
      UUID parent = backup.sendParent();
      return parent == null || usable.test(parent) ? parent : parents.of(snapshot);
    };
  }

  /**
   * The same, but a backup whose chain would lead back to itself is full.
   *
   * <p>That happens with two snapshots of one ctransid: the older backup is deleted by hand, the
   * younger one, which was sent against it, now comes first, and the two would need each other.
   */
  static SendParents acyclic(
      SendParents parents, Map<UUID, Snapshot> snapshots, Map<UUID, Backup> backups) {
    return snapshot -> {
      UUID parent = parents.of(snapshot);
      Set<UUID> seen = new HashSet<>();
      for (UUID uuid = parent; uuid != null && seen.add(uuid); ) {
        if (uuid.equals(snapshot.uuid())) {
          return null;
        }
        Backup backup = backups.get(uuid);
        Snapshot ancestor = snapshots.get(uuid);
        uuid =
            backup != null ? backup.sendParent() : ancestor != null ? parents.of(ancestor) : null;
      }
      return parent;
    };
  }
}
