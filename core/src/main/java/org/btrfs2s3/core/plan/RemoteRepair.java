package org.btrfs2s3.core.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.Chain;
import org.btrfs2s3.core.catalog.DamagedBackup;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.store.ObjectKey;
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

  private RemoteId id() {
    return remote.remote().id();
  }

  /** Whatever there is of the source, restorable or not. */
  private Stream<StoredBackup> listed() {
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

  private static Set<UploadId> ids(List<Action.Upload> uploads) {
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
                        source.uuid(), id(), backup, reason(problem), dependants(backup.uuid())))
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
              "it needs " + missing.missing() + ", which is neither a whole backup nor a snapshot";
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
  private boolean hasSnapshot(UUID uuid) {
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

  /**
   * Of what is irreparable, all that nothing may bring back and of which nothing stays that needs
   * it; nothing if there would be nothing left that can be restored.
   *
   * @param replaced what goes before
   */
  List<Action.DeleteBackup> collected(
      List<Action.Upload> uploads, List<Action.DeleteBackup> replaced) {
    if (uploads.isEmpty() && !hasRestorable()) {
      return List.of();
    }
    List<StoredBackup> candidates =
        irreparable.stream()
            .map(RepairPlan.Irreparable::backup)
            .filter(backup -> !hasSnapshot(backup.uuid()))
            .filter(backup -> isOnlyOne(backup.uuid()))
            .filter(backup -> !mayComeBack(backup))
            .sorted(StoredBackup.OLDEST_FIRST.reversed())
            .collect(Collectors.toCollection(ArrayList::new));
    Set<ObjectKey> going = new HashSet<>(keys(replaced));
    candidates.forEach(backup -> going.add(backup.key()));
    while (candidates.removeIf(backup -> isNeeded(backup, going))) {
      going.clear();
      going.addAll(keys(replaced));
      candidates.forEach(backup -> going.add(backup.key()));
    }
    return candidates.stream().map(backup -> deletion(backup, uploads)).toList();
  }

  private static List<ObjectKey> keys(Collection<Action.DeleteBackup> deletions) {
    return deletions.stream().map(Action.DeleteBackup::key).toList();
  }

  private boolean isNeeded(StoredBackup backup, Set<ObjectKey> going) {
    return !going.containsAll(children(backup));
  }

  private Set<ObjectKey> children(StoredBackup backup) {
    return listed()
        .filter(other -> backup.uuid().equals(other.identity().sendParent()))
        .filter(other -> !other.key().equals(backup.key()))
        .map(StoredBackup::key)
        .collect(Collectors.toSet());
  }

  private boolean hasRestorable() {
    Map<UUID, BackupIdentity> winners =
        remote.backups().byUuid().values().stream()
            .collect(Collectors.toMap(StoredBackup::uuid, StoredBackup::identity));
    return winners.keySet().stream()
        .anyMatch(uuid -> Chain.of(uuid, winners) instanceof Chain.Complete);
  }

  /** Of several objects, one may be whole although it was not said of which the content is bad. */
  private boolean isOnlyOne(UUID uuid) {
    return listed().filter(backup -> backup.uuid().equals(uuid)).count() == 1;
  }

  /** Whether another remote has a backup, or is away: what is missing here may come from there. */
  private boolean mayBeElsewhere(UUID uuid) {
    return update.sources().stream()
        .filter(planned -> planned.source().uuid().equals(source.uuid()))
        .flatMap(planned -> planned.remotes().stream())
        .filter(other -> !other.remote().id().equals(id()))
        .anyMatch(other -> !other.isThere() || other.backups().byUuid().containsKey(uuid));
  }

  /**
   * It, or what it needs, may be whole once a commit object is written anew, or another remote is
   * copied from.
   */
  private boolean mayComeBack(StoredBackup backup) {
    if (!(remote.remote() instanceof ObservedRemote.Listed there)) {
      return true;
    }
    var unfinished =
        there.unfinishedOf(source.uuid()).stream()
            .map(UnfinishedBackup::identity)
            .map(BackupIdentity::uuid)
            .filter(uuid -> !hasSnapshot(uuid)) // Else it is an upload that was interrupted.
            .collect(Collectors.toSet());
    Set<UUID> seen = new HashSet<>();
    List<UUID> open = new ArrayList<>(List.of(backup.uuid()));
    while (!open.isEmpty()) {
      var uuid = open.removeLast();
      if (unfinished.contains(uuid) || (!uuid.equals(backup.uuid()) && mayBeElsewhere(uuid))) {
        return true;
      }
      if (seen.add(uuid)) {
        listed()
            .filter(other -> other.uuid().equals(uuid))
            .map(other -> other.identity().sendParent())
            .filter(Objects::nonNull)
            .forEach(open::add);
      }
    }
    return false;
  }

  private Action.DeleteBackup deletion(StoredBackup backup, List<Action.Upload> uploads) {
    return new Action.DeleteBackup(
        source.uuid(),
        id(),
        backup.key(),
        backup.deletionSteps(),
        backup.uuid(),
        ids(uploads),
        children(backup),
        Action.DeleteBackup.Cause.IRREPARABLE);
  }
}
