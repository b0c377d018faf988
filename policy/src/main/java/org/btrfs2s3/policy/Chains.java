package org.btrfs2s3.policy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tells the backups that can be restored, or could once missing ancestors are uploaded again from
 * their snapshots, from those that cannot.
 *
 * @param unbroken of several of one UUID first the one with the shortest complete chain, else the
 *     first of the input
 */
record Chains(List<Backup> unbroken, List<ChainProblem> broken) {

  static Chains of(List<Snapshot> snapshots, List<Backup> backups) {
    Map<UUID, Backup> whole = whole(backups);
    Search search =
        new Search(
            PointInTime.byUuid(snapshots).keySet(), whole.keySet(), PointInTime.byUuid(backups));
    List<Backup> unbroken = new ArrayList<>();
    List<Backup> duplicates = new ArrayList<>();
    List<ChainProblem> broken = new ArrayList<>();
    for (Backup backup : backups) {
      ChainProblem problem = search.problemOf(backup);
      if (problem != null) {
        broken.add(problem);
      } else if (backup.equals(whole.getOrDefault(backup.uuid(), backup))) {
        unbroken.add(backup);
      } else {
        duplicates.add(backup);
      }
    }
    unbroken.addAll(duplicates);
    return new Chains(List.copyOf(unbroken), List.copyOf(broken));
  }

  /** The same backups, each after its send parent if that is among them. */
  static List<Backup> parentsFirst(Collection<Backup> backups) {
    Map<UUID, Backup> byUuid = PointInTime.byUuid(backups);
    SequencedSet<Backup> ordered = new LinkedHashSet<>();
    for (Backup backup : backups) {
      SequencedSet<Backup> path = new LinkedHashSet<>();
      Backup ancestor = backup;
      while (ancestor != null && !ordered.contains(ancestor) && path.add(ancestor)) {
        ancestor = ancestor.sendParent() == null ? null : byUuid.get(ancestor.sendParent());
      }
      ordered.addAll(path.reversed());
    }
    return List.copyOf(ordered);
  }

  /** The backups whose chain is complete on the remote, found from the full ones downwards. */
  private static Map<UUID, Backup> whole(List<Backup> backups) {
    Map<UUID, List<Backup>> children = new HashMap<>();
    Deque<Backup> open = new ArrayDeque<>();
    for (Backup backup : backups) {
      if (backup.sendParent() == null) {
        open.add(backup);
      } else {
        children.computeIfAbsent(backup.sendParent(), _ -> new ArrayList<>()).add(backup);
      }
    }
    Map<UUID, Backup> whole = new HashMap<>();
    while (!open.isEmpty()) {
      Backup backup = open.remove();
      if (whole.putIfAbsent(backup.uuid(), backup) == null) {
        open.addAll(children.getOrDefault(backup.uuid(), List.of()));
      }
    }
    return whole;
  }

  private record Search(Set<UUID> snapshots, Set<UUID> whole, Map<UUID, Backup> backups) {

    /**
     * Climbs the chain. An ancestor with a snapshot can be uploaded again, which completes the
     * chain of what was sent against it, but only where that does not need itself in the end.
     */
    @Nullable ChainProblem problemOf(Backup backup) {
      Set<UUID> seen = new HashSet<>();
      boolean completable = false;
      UUID parent = backup.sendParent();
      while (parent != null && !whole.contains(parent)) {
        if (parent.equals(backup.uuid())) {
          return new ChainProblem.Cycle(backup);
        }
        completable |= snapshots.contains(parent);
        Backup ancestor = backups.get(parent);
        if (ancestor == null) {
          return completable ? null : new ChainProblem.MissingAncestor(backup, parent);
        }
        if (!seen.add(parent)) {
          return completable ? null : new ChainProblem.Cycle(backup);
        }
        parent = ancestor.sendParent();
      }
      return null;
    }
  }
}
