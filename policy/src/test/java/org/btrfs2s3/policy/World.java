package org.btrfs2s3.policy;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;

import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** The snapshots of one source and its backups on one remote, as a run finds and changes them. */
final class World {

  final List<Snapshot> snapshots = new ArrayList<>();
  final List<Backup> backups = new ArrayList<>();

  World copy() {
    World copy = new World();
    copy.snapshots.addAll(snapshots);
    copy.backups.addAll(backups);
    return copy;
  }

  PreservationTree plan(PreservationPolicy policy, Instant now, ZoneId zone) {
    return RetentionSafety.plan(
        observedSnapshots(), RemoteState.of(observedBackups()), policy, now, zone);
  }

  /** In the order in which a run hands them on: what is committed comes first among equals. */
  private List<Snapshot> observedSnapshots() {
    Set<UUID> committed = uuidsOfBackups();
    return snapshots.stream()
        .sorted(
            comparing(Snapshot::ctransid)
                .thenComparing(snapshot -> !committed.contains(snapshot.uuid()))
                .thenComparing(Snapshot::uuid))
        .toList();
  }

  private List<Backup> observedBackups() {
    return backups.stream()
        .sorted(comparing(Backup::ctransid).thenComparing(Backup::uuid))
        .toList();
  }

  /** What executing the plan does, one step after the other. */
  List<Runnable> steps(PreservationTree tree) {
    List<Runnable> steps = new ArrayList<>();
    tree.uploads().forEach(upload -> steps.add(() -> upload(upload.item())));
    tree.droppedSnapshots().forEach(snapshot -> steps.add(() -> snapshots.remove(snapshot)));
    tree.replacedBroken().forEach(backup -> steps.add(() -> backups.removeIf(backup::equals)));
    tree.droppedBackups().forEach(backup -> steps.add(() -> delete(backup)));
    return steps;
  }

  void execute(PreservationTree tree) {
    steps(tree).forEach(Runnable::run);
  }

  private void upload(Backup backup) {
    require(hasSnapshot(backup.uuid()), "no snapshot of", backup);
    if (backup.sendParent() != null) {
      require(hasSnapshot(backup.sendParent()), "no snapshot of the send parent of", backup);
      require(restorable().contains(backup.sendParent()), "no chain for", backup);
    }
    require(backup.ctime().equals(backup.ctime().truncatedTo(ChronoUnit.SECONDS)), "ctime", backup);
    backups.add(backup);
  }

  private void delete(Backup backup) {
    boolean oneOfEach = uuidsOfBackups().size() == backups.size();
    require(
        !oneOfEach
            || restorableBackups().stream()
                .noneMatch(child -> backup.uuid().equals(child.sendParent())),
        "deleted before its children:",
        backup);
    backups.removeIf(backup::equals);
  }

  private static void require(boolean condition, String what, Backup backup) {
    if (!condition) {
      throw new AssertionError(what + " " + backup);
    }
  }

  private boolean hasSnapshot(UUID uuid) {
    return snapshots.stream().anyMatch(snapshot -> snapshot.uuid().equals(uuid));
  }

  Set<UUID> uuidsOfBackups() {
    return backups.stream().map(Backup::uuid).collect(toCollection(TreeSet::new));
  }

  /** The backups whose chain is on the remote as a whole: by naive iteration to a fixed point. */
  Set<UUID> restorable() {
    Set<UUID> restorable = new HashSet<>();
    int before = -1;
    while (before < restorable.size()) {
      before = restorable.size();
      for (Backup backup : backups) {
        if (backup.isFull() || restorable.contains(backup.sendParent())) {
          restorable.add(backup.uuid());
        }
      }
    }
    return restorable;
  }

  Set<Backup> restorableBackups() {
    Set<UUID> restorable = restorable();
    return backups.stream()
        .filter(backup -> backup.isFull() || restorable.contains(backup.sendParent()))
        .collect(toSet());
  }
}
