package org.btrfs2s3.policy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keeps what backups were sent against, what that was sent against, and so on. */
final class Ancestry {

  private final Keeps<Backup> kept;
  private final List<Backup> duplicates;

  /**
   * @param kept is added to
   * @param duplicates other objects of backups, which need what they were sent against themselves
   */
  Ancestry(Keeps<Backup> kept, List<Backup> duplicates) {
    this.kept = kept;
    this.duplicates = duplicates;
  }

  /** How a send parent is kept. */
  interface Parents {

    /** Null if there is nothing to keep. */
    @Nullable Keep<Backup> keep(Backup child, UUID parent);
  }

  /** A backup and the duplicates of it. */
  Stream<Backup> objectsOf(Backup backup) {
    return Stream.concat(
        Stream.of(backup), duplicates.stream().filter(other -> other.uuid().equals(backup.uuid())));
  }

  /** Goes on from each send parent that was not kept before. */
  void keepOf(List<Backup> children, Parents parents) {
    Deque<Backup> open = new ArrayDeque<>(children);
    while (!open.isEmpty()) {
      Backup child = open.remove();
      UUID parent = child.sendParent();
      if (parent == null) {
        continue;
      }
      boolean known = kept.contains(parent);
      Keep<Backup> keep = parents.keep(child, parent);
      if (keep == null) {
        continue;
      }
      keep.neededBy.add(child.uuid());
      if (!known) {
        objectsOf(keep.because(Reason.SEND_ANCESTOR).item).forEach(open::add);
      }
    }
  }
}
