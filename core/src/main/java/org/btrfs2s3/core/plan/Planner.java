package org.btrfs2s3.core.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.SnapshotName;
import org.btrfs2s3.core.catalog.BackupSet;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.policy.Backup;
import org.btrfs2s3.policy.Kept;
import org.btrfs2s3.policy.PreservationTree;
import org.btrfs2s3.policy.Reason;
import org.btrfs2s3.policy.RemoteState;
import org.btrfs2s3.policy.RetentionSafety;
import org.btrfs2s3.policy.Snapshot;

/** Decides what a run does. Pure: the same observation gives the same plan. */
public final class Planner {

  private final Observation observation;
  private final PlanOptions options;

  private Planner(Observation observation, PlanOptions options) {
    this.observation = observation;
    this.options = options;
  }

  public static Plan plan(Observation observation, PlanOptions options) {
    var planner = new Planner(observation, options);
    var sources = observation.sources().stream().map(planner::planSource).toList();
    var withheld =
        options.allowDelete()
            ? Map.<Action.Deletion, String>of()
            : new Guards(observation, sources, options.guardsPolicy()).withheld();
    return new Plan(observation, sources, withheld);
  }

  private SourcePlan planSource(ObservedSource source) {
    List<LocalSnapshot> snapshots = new ArrayList<>(source.snapshots());
    if (options.snapshots() && source.isAhead()) {
      snapshots.add(LocalSnapshot.predict(source.ctransid(), source.ctime()));
    }
    var remotes =
        source.targets().stream().map(target -> planRemote(source, target, snapshots)).toList();
    return new SourcePlan(source, snapshots, remotes, actions(source, snapshots, remotes));
  }

  private RemotePlan planRemote(
      ObservedSource source, UploadTarget target, List<LocalSnapshot> snapshots) {
    var remote = observation.remote(target.remote());
    return switch (remote) {
      case ObservedRemote.Listed listed -> planListed(source, target, snapshots, listed);
      case ObservedRemote.Away _ -> {
        var backups = BackupSet.of(List.of());
        var tree = tree(target, snapshots, backups, RemoteState.of(List.of()));
        yield new RemotePlan(target, remote, backups, List.of(), Leftovers.NONE, tree);
      }
    };
  }

  private RemotePlan planListed(
      ObservedSource source,
      UploadTarget target,
      List<LocalSnapshot> snapshots,
      ObservedRemote.Listed remote) {
    var backups = remote.backupsOf(source.uuid());
    var damaged = remote.damagedOf(source.uuid());
    var leftovers = new LeftoverSorting(source, target, remote, backups);
    var state =
        new RemoteState(
            inOrder(backups),
            damaged.stream().map(one -> one.backup().forPolicy()).toList(),
            leftovers.resumable().map(UnfinishedBackup::forPolicy).orElse(null),
            Stream.concat(
                    leftovers.lost().stream()
                        .filter(remote::keeps)
                        .map(UnfinishedBackup::forPolicy),
                    Stream.concat(
                            remote.hiddenOf(source.uuid()), remote.unsupportedOf(source.uuid()))
                        .map(BackupIdentity::forPolicy))
                .toList());
    var tree = tree(target, snapshots, backups, state);
    return new RemotePlan(target, remote, backups, damaged, leftovers.sort(tree), tree);
  }

  private PreservationTree tree(
      UploadTarget target, List<LocalSnapshot> snapshots, BackupSet backups, RemoteState state) {
    var ordered = inOrder(snapshots, backups);
    return options.repair()
        ? RetentionSafety.repair(
            ordered, state, target.policy(), observation.now(), observation.zone())
        : RetentionSafety.plan(
            ordered, state, target.policy(), observation.now(), observation.zone());
  }

  /** Where ctransids tie, the first wins; a fixed order keeps the winner the same in every run. */
  private static List<Snapshot> inOrder(List<LocalSnapshot> snapshots, BackupSet backups) {
    return snapshots.stream()
        .filter(LocalSnapshot::isUsable)
        .sorted(
            Comparator.comparing(LocalSnapshot::ctransid)
                .thenComparing(snapshot -> !backups.byUuid().containsKey(snapshot.uuid()))
                .thenComparing(LocalSnapshot::otransid)
                .thenComparing(LocalSnapshot::uuid))
        .map(LocalSnapshot::forPolicy)
        .toList();
  }

  /** Of one UUID the object that wins is the first. */
  private static List<Backup> inOrder(BackupSet backups) {
    return backups.objects().stream()
        .map(StoredBackup::forPolicy)
        .sorted(Comparator.comparing(Backup::ctransid).thenComparing(Backup::uuid))
        .toList();
  }

  private List<Action> actions(
      ObservedSource source, List<LocalSnapshot> snapshots, List<RemotePlan> remotes) {
    List<Action> actions = new ArrayList<>();
    Set<UUID> kept = new HashSet<>();
    remotes.forEach(remote -> kept.addAll(remote.snapshotsToKeep().keySet()));
    if (snapshots.stream().anyMatch(LocalSnapshot::isPredicted)) {
      actions.add(new Action.CreateSnapshot(source.uuid()));
    }
    actions.addAll(renames(source, snapshots, kept));
    if (!options.uploads() || !source.mayUpload()) {
      return actions;
    }
    remotes.forEach(remote -> actions.addAll(collections(source, remote)));
    List<Action.Upload> uploads = new ArrayList<>();
    remotes.forEach(remote -> uploads.addAll(uploads(source, remote)));
    actions.addAll(uploads);
    for (var snapshot : snapshots) {
      if (snapshot.isUsable() && !snapshot.isPredicted() && !kept.contains(snapshot.uuid())) {
        actions.add(deletion(source, snapshot, uploads));
      }
    }
    remotes.forEach(remote -> actions.addAll(deletions(source, remote, uploads)));
    return actions;
  }

  private List<Action.RenameSnapshot> renames(
      ObservedSource source, List<LocalSnapshot> snapshots, Set<UUID> kept) {
    Set<String> taken =
        snapshots.stream().map(LocalSnapshot::name).collect(Collectors.toCollection(HashSet::new));
    List<Action.RenameSnapshot> renames = new ArrayList<>();
    for (var snapshot : snapshots) {
      if (!snapshot.isUsable() || snapshot.namedFinally() || !kept.contains(snapshot.uuid())) {
        continue;
      }
      var plain =
          SnapshotName.of(source.base(), snapshot.ctime(), snapshot.ctransid(), observation.zone());
      var to = taken.add(plain) ? plain : SnapshotName.withUuid(plain, snapshot.uuid());
      renames.add(new Action.RenameSnapshot(source.uuid(), snapshot.uuid(), snapshot.name(), to));
    }
    return renames;
  }

  /** Parents first, as the tree gives them. */
  private static List<Action.Upload> uploads(ObservedSource source, RemotePlan remote) {
    if (remote.remote() instanceof ObservedRemote.Away) {
      return List.of();
    }
    var id = remote.remote().id();
    Set<UUID> uploaded = new HashSet<>();
    List<Action.Upload> uploads = new ArrayList<>();
    for (var kept : resumedFirst(remote.tree().uploads())) {
      var backup = kept.item();
      var parent = backup.sendParent();
      uploads.add(
          new Action.Upload(
              source.uuid(),
              id,
              new BackupIdentity(
                  backup.uuid(), source.uuid(), parent, backup.ctransid(), backup.ctime()),
              parent != null && uploaded.contains(parent) ? new UploadId(id, parent) : null,
              kept.reasons(),
              kept.flags()));
      uploaded.add(backup.uuid());
    }
    return uploads;
  }

  /** Its send parent is there already, so that it can be taken out of the order. */
  private static List<Kept<Backup>> resumedFirst(List<Kept<Backup>> uploads) {
    return uploads.stream().sorted(Comparator.comparing(upload -> !isResumed(upload))).toList();
  }

  private static boolean isResumed(Kept<Backup> upload) {
    return upload.reasons().contains(Reason.UPLOADING);
  }

  /** Uploads of the source itself only, recognised by its UUID in the key (invariant 10). */
  private static List<Action.Collection> collections(ObservedSource source, RemotePlan plan) {
    List<Action.Collection> collections = new ArrayList<>();
    if (plan.remote() instanceof ObservedRemote.Listed listed) {
      listed.uploads().stream()
          .filter(upload -> isOf(source, upload.key()))
          .forEach(
              upload ->
                  collections.add(new Action.AbortUpload(source.uuid(), listed.id(), upload)));
    }
    for (var garbage : plan.leftovers().garbage()) {
      collections.add(new Action.CollectSegments(source.uuid(), plan.remote().id(), garbage));
    }
    return collections;
  }

  private static boolean isOf(ObservedSource source, ObjectKey key) {
    return BackupKey.decode(key.value())
        .backup()
        .filter(label -> label.identity().source().equals(source.uuid()))
        .isPresent();
  }

  private static Action.DeleteSnapshot deletion(
      ObservedSource source, LocalSnapshot snapshot, List<Action.Upload> uploads) {
    var readers =
        uploads.stream()
            .filter(
                upload ->
                    upload.identity().uuid().equals(snapshot.uuid())
                        || snapshot.uuid().equals(upload.identity().sendParent()))
            .map(Action.Upload::id)
            .collect(Collectors.toSet());
    return new Action.DeleteSnapshot(source.uuid(), snapshot.uuid(), snapshot.name(), readers);
  }

  private List<Action.Deletion> deletions(
      ObservedSource source, RemotePlan remote, List<Action.Upload> uploads) {
    if (!(remote.remote() instanceof ObservedRemote.Listed listed)) {
      return List.of();
    }
    return new BackupDeletions(source, remote, listed, uploads, options.replacedBefore()).inOrder();
  }
}
