package org.btrfs2s3.policy;

import static java.util.function.Predicate.not;
import static java.util.stream.Collectors.groupingBy;

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
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells the backups that can be restored, or could once missing ancestors are uploaded again from
 * their snapshots, from those that cannot.
 *
 * @param unbroken one for each UUID: the one with the shortest complete chain, else with the
 *     shortest one that can be completed
 * @param duplicates others with a complete chain
 * @param broken all the rest
 */
record Chains(List<Backup> unbroken, List<Backup> duplicates, List<ChainProblem> broken) {

  static Chains of(List<Snapshot> snapshots, List<Backup> backups) {
    Set<UUID> withSnapshot = PointInTime.byUuid(snapshots).keySet();
    Map<UUID, Backup> byUuid = PointInTime.byUuid(backups);
    byUuid.putAll(reached(backups, withSnapshot));
    byUuid.putAll(reached(backups, Set.of()));
    Search search = new Search(withSnapshot, byUuid);
    Set<Backup> unbroken = new LinkedHashSet<>();
    List<Backup> duplicates = new ArrayList<>();
    List<ChainProblem> broken = new ArrayList<>();
    for (Backup backup : backups) {
      boolean first = backup.equals(byUuid.get(backup.uuid()));
      ChainProblem problem = search.problemOf(backup, first);
      if (problem != null) {
        broken.add(problem);
      } else if (first) {
        unbroken.add(backup);
      } else {
        duplicates.add(backup);
      }
    }
    return new Chains(List.copyOf(unbroken), List.copyOf(duplicates), List.copyOf(broken));
  }

  /** Of the unbroken ones those that can be restored only once an ancestor is uploaded again. */
  List<Backup> incomplete() {
    Set<UUID> complete = reached(unbroken, Set.of()).keySet();
    return unbroken.stream().filter(backup -> !complete.contains(backup.uuid())).toList();
  }

  /** The same backups, each after those of its send parent. */
  static List<Backup> parentsFirst(Collection<Backup> backups) {
    Map<UUID, List<Backup>> byUuid = backups.stream().collect(groupingBy(Backup::uuid));
    SequencedSet<Backup> ordered = new LinkedHashSet<>();
    Set<Backup> entered = new HashSet<>();
    Deque<Backup> path = new ArrayDeque<>();
    for (Backup backup : backups) {
      path.push(backup);
      while (!path.isEmpty()) {
        if (entered.add(path.element())) {
          parents(path.element(), byUuid).filter(not(entered::contains)).forEach(path::push);
        } else {
          ordered.add(path.pop());
        }
      }
    }
    return List.copyOf(ordered);
  }

  private static Stream<Backup> parents(Backup backup, Map<UUID, List<Backup>> byUuid) {
    return backup.sendParent() == null
        ? Stream.empty()
        : byUuid.getOrDefault(backup.sendParent(), List.of()).stream();
  }

  /**
   * The backups whose chain is complete on the remote, found from the full ones downwards.
   *
   * @param present what counts as being there, whether there is a backup of it or not
   */
  private static Map<UUID, Backup> reached(List<Backup> backups, Set<UUID> present) {
    Map<UUID, List<Backup>> children = new HashMap<>();
    Deque<Backup> open = new ArrayDeque<>();
    for (Backup backup : backups) {
      if (backup.sendParent() == null || present.contains(backup.sendParent())) {
        open.add(backup);
      } else {
        children.computeIfAbsent(backup.sendParent(), _ -> new ArrayList<>()).add(backup);
      }
    }
    Map<UUID, Backup> reached = new HashMap<>();
    while (!open.isEmpty()) {
      Backup backup = open.remove();
      if (reached.putIfAbsent(backup.uuid(), backup) == null) {
        open.addAll(children.getOrDefault(backup.uuid(), List.of()));
      }
    }
    return reached;
  }

  private record Search(Set<UUID> snapshots, Map<UUID, Backup> backups) {

    /**
     * Climbs the chain. An ancestor that is missing or broken, but has a snapshot, can be uploaded
     * again, which completes the chain of what was sent against it.
     *
     * @param mayComplete false for a duplicate: nothing is uploaded for its sake
     */
    @Nullable ChainProblem problemOf(Backup backup, boolean mayComplete) {
      if (closesCycle(backup, mayComplete)) {
        return new ChainProblem.Cycle(backup);
      }
      UUID parent = backup.sendParent();
      while (parent != null && !(mayComplete && snapshots.contains(parent))) {
        Backup ancestor = backups.get(parent);
        if (ancestor == null) {
          return new ChainProblem.MissingAncestor(backup, parent);
        }
        if (closesCycle(ancestor, true)) {
          return new ChainProblem.Cycle(backup);
        }
        parent = ancestor.sendParent();
      }
      return null;
    }

    /**
     * Whether it needs itself, and is the one to blame: of the backups on a cycle one that has a
     * snapshot, which then completes the chains of the others; all of them if none has.
     */
    private boolean closesCycle(Backup backup, boolean mayComplete) {
      SortedSet<UUID> cycle = new TreeSet<>();
      UUID uuid = backup.sendParent();
      while (uuid != null && cycle.add(uuid) && !uuid.equals(backup.uuid())) {
        Backup ancestor = backups.get(uuid);
        uuid = ancestor == null ? null : ancestor.sendParent();
      }
      cycle.retainAll(snapshots);
      return backup.uuid().equals(uuid)
          && (!mayComplete || cycle.isEmpty() || cycle.first().equals(uuid));
    }
  }
}
