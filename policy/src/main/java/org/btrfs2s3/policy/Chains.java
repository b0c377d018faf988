package org.btrfs2s3.policy;

<<<<<<< HEAD
=======
import static java.util.function.Predicate.not;
import static java.util.stream.Collectors.groupingBy;

>>>>>>> policy
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
<<<<<<< HEAD
import java.util.UUID;
=======
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
>>>>>>> policy
import org.jspecify.annotations.Nullable;

/**
 * Tells the backups that can be restored, or could once missing ancestors are uploaded again from
 * their snapshots, from those that cannot.
 *
<<<<<<< HEAD
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
=======
 * @param unbroken one for each UUID: the one with the shortest complete chain, else the first of
 *     the input
 * @param duplicates others with a complete chain
 * @param broken all the rest
 */
record Chains(List<Backup> unbroken, List<Backup> duplicates, List<ChainProblem> broken) {

  static Chains of(List<Snapshot> snapshots, List<Backup> backups) {
    Map<UUID, Backup> whole = whole(backups);
    Map<UUID, Backup> byUuid = PointInTime.byUuid(backups);
    byUuid.putAll(whole);
    Search search = new Search(PointInTime.byUuid(snapshots).keySet(), byUuid);
    Set<Backup> unbroken = new LinkedHashSet<>();
    List<Backup> duplicates = new ArrayList<>();
    List<ChainProblem> broken = new ArrayList<>();
    for (Backup backup : backups) {
      boolean first = backup.equals(byUuid.get(backup.uuid()));
      ChainProblem problem = search.problemOf(backup, first);
      if (problem != null) {
        broken.add(problem);
      } else if (first) {
>>>>>>> policy
        unbroken.add(backup);
      } else {
        duplicates.add(backup);
      }
    }
<<<<<<< HEAD
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
=======
    return new Chains(List.copyOf(unbroken), List.copyOf(duplicates), List.copyOf(broken));
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
>>>>>>> policy
    }
    return List.copyOf(ordered);
  }

<<<<<<< HEAD
=======
  private static Stream<Backup> parents(Backup backup, Map<UUID, List<Backup>> byUuid) {
    return backup.sendParent() == null
        ? Stream.empty()
        : byUuid.getOrDefault(backup.sendParent(), List.of()).stream();
  }

>>>>>>> policy
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

<<<<<<< HEAD
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
=======
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
>>>>>>> policy
        }
        parent = ancestor.sendParent();
      }
      return null;
    }
<<<<<<< HEAD
=======

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
>>>>>>> policy
  }
}
