package org.btrfs2s3.core.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.btrfs2s3.core.catalog.DamagedBackup;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.policy.Backup;
import org.btrfs2s3.policy.ChainProblem;
import org.btrfs2s3.policy.Kept;
import org.btrfs2s3.policy.Reason;

/** The repair of one source on one remote. */
final class RemoteRepair {

  private final Plan update;
  private final ObservedSource source;
  private final RemotePlan remote;
  private final List<RepairPlan.Irreparable> irreparable;

  RemoteRepair(Plan update, ObservedSource source, RemotePlan remote) {
    this.update = update;
    this.source = source;
    this.remote = remote;
    this.irreparable = findIrreparable();
  }

  RemoteId id() {
    return remote.remote().id();
  }

  ObservedSource source() {
    return source;
  }

  RemotePlan remote() {
    return remote;
  }

  /** Whatever there is of the source, restorable or not. */
  Stream<StoredBackup> listed() {
    return Stream.concat(
        remote.backups().objects().stream(), remote.damaged().stream().map(DamagedBackup::backup));
  }

  /** What was broken, what a backup that is there needs, and what these are sent against. */
  List<Action.Upload> uploads() {
    var all = update.actions(Action.Upload.class).stream().filter(this::isHere).toList();
    var parents =
        all.stream()
            .filter(upload -> upload.identity().sendParent() != null)
            .collect(
                Collectors.toMap(
                    upload -> upload.identity().uuid(),
                    upload -> Objects.requireNonNull(upload.identity().sendParent())));
    Set<UUID> wanted = new HashSet<>();
    for (var kept : remote.tree().uploads()) {
      if (isRepair(kept)) {
        for (var uuid = kept.item().uuid(); uuid != null && wanted.add(uuid); ) {
          uuid = parents.get(uuid);
        }
      }
    }
    return all.stream().filter(upload -> wanted.contains(upload.identity().uuid())).toList();
  }

  private boolean isHere(Action.Upload upload) {
    return upload.source().equals(source.uuid()) && upload.remote().equals(id());
  }

  private boolean isRepair(Kept<Backup> upload) {
    var uuid = upload.item().uuid();
    return remote.tree().problems().stream().anyMatch(p -> p.backup().uuid().equals(uuid))
        || upload.neededBy().stream().anyMatch(remote.backups().byUuid()::containsKey);
  }

  /** The conditions of the update's deletions name uploads that a repair does not make. */
  List<Action.DeleteBackup> replaced(List<Action.Upload> uploads) {
    return update.actions(Action.DeleteBackup.class).stream()
        .filter(deletion -> deletion.source().equals(source.uuid()))
        .filter(deletion -> deletion.remote().equals(id()))
        .filter(deletion -> deletion.cause() == Action.DeleteBackup.Cause.REPLACED)
        .map(
            deletion ->
                new Action.DeleteBackup(
                    deletion.source(),
                    deletion.remote(),
                    deletion.key(),
                    deletion.steps(),
                    deletion.backup(),
                    ids(uploads),
                    deletion.children(),
                    deletion.cause()))
        .toList();
  }

  static Set<UploadId> ids(List<Action.Upload> uploads) {
    return uploads.stream().map(Action.Upload::id).collect(Collectors.toSet());
  }

  List<RepairPlan.Irreparable> irreparable() {
    return irreparable;
  }

  private List<RepairPlan.Irreparable> findIrreparable() {
    List<RepairPlan.Irreparable> found = new ArrayList<>();
    for (var problem : remote.tree().problems()) {
      var kept = remote.tree().keptBackups().get(problem.backup().uuid());
      if (kept != null && kept.reasons().contains(Reason.BROKEN)) {
        objects(problem)
            .map(
                backup ->
                    new RepairPlan.Irreparable(
                        source.uuid(),
                        id(),
                        backup,
                        reason(problem),
                        dependants(backup.uuid()),
                        null))
            .forEach(found::add);
      }
    }
    return found.stream().distinct().toList();
  }

  private Stream<StoredBackup> objects(ChainProblem problem) {
    var objects =
        problem instanceof ChainProblem.Damaged
            ? remote.damaged().stream().map(DamagedBackup::backup)
            : remote.backups().objects().stream();
    return objects.filter(backup -> backup.forPolicy().equals(problem.backup()));
  }

  private String reason(ChainProblem problem) {
    var what =
        switch (problem) {
          case ChainProblem.Damaged damaged ->
              remote.damaged().stream()
                  .filter(one -> one.backup().forPolicy().equals(damaged.backup()))
                  .map(DamagedBackup::damage)
                  .findFirst()
                  .orElse("it is damaged");
          case ChainProblem.MissingAncestor missing ->
              "it needs "
                  + missing.missing()
                  + (hasSnapshot(missing.missing())
                      ? ", which is no whole backup, and whose snapshot cannot be used"
                      : ", which is neither a whole backup nor a snapshot");
          case ChainProblem.Cycle _ -> "its send parents lead back to itself";
        };
    return what + ", and " + whyNotAnew(problem.backup().uuid());
  }

  private String whyNotAnew(UUID uuid) {
    return hasSnapshot(uuid)
        ? "its snapshot is there, but cannot be used"
        : "its snapshot is not there any more";
  }

  /** Of whatever standing. */
  boolean hasSnapshot(UUID uuid) {
    return source.snapshots().stream().anyMatch(snapshot -> snapshot.uuid().equals(uuid));
  }

  private List<UUID> dependants(UUID uuid) {
    Set<UUID> found = new LinkedHashSet<>(Set.of(uuid));
    int known = 0;
    while (known < found.size()) {
      known = found.size();
      listed()
          .map(StoredBackup::identity)
          .filter(backup -> backup.sendParent() != null && found.contains(backup.sendParent()))
          .forEach(backup -> found.add(backup.uuid()));
    }
    found.remove(uuid);
    return List.copyOf(found);
  }
}
