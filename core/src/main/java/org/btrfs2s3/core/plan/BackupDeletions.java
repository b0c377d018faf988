package org.btrfs2s3.core.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.policy.Backup;

/**
 * The backups of one source that go from one remote: the replaced, then children before parents.
 * Copies of an object, under other keys, go with it.
 *
 * <p>What cannot be restored goes unasked only if this very run uploads the same snapshot: that
 * what was there before is whole, no listing shows.
 */
final class BackupDeletions {

  private final ObservedSource source;
  private final RemotePlan remote;
  private final ObservedRemote.Listed listed;
  private final Set<UploadId> uploads;
  private final boolean replacedBefore;
  private final Map<Backup, List<StoredBackup>> whole = new HashMap<>();

  /** Apart, because a damaged and a whole backup may be equal to the policy. */
  private final Map<Backup, List<StoredBackup>> damaged = new HashMap<>();

  private final Map<UUID, Set<ObjectKey>> droppedChildren = new HashMap<>();

  /**
   * @param replacedBefore as in {@link PlanOptions}
   */
  BackupDeletions(
      ObservedSource source,
      RemotePlan remote,
      ObservedRemote.Listed listed,
      List<Action.Upload> uploads,
      boolean replacedBefore) {
    this.source = source;
    this.remote = remote;
    this.listed = listed;
    this.replacedBefore = replacedBefore;
    this.uploads =
        uploads.stream()
            .map(Action.Upload::id)
            .filter(id -> id.remote().equals(remote.remote().id()))
            .collect(Collectors.toSet());
    remote.backups().objects().forEach(backup -> add(whole, backup));
    remote.damaged().forEach(one -> add(damaged, one.backup()));
    for (var dropped : remote.tree().droppedBackups()) {
      var parent = dropped.sendParent();
      if (parent != null) {
        droppedChildren.computeIfAbsent(parent, _ -> new HashSet<>()).addAll(keysOf(dropped));
      }
    }
  }

  private static void add(Map<Backup, List<StoredBackup>> objects, StoredBackup backup) {
    objects.computeIfAbsent(backup.forPolicy(), _ -> new ArrayList<>()).add(backup);
  }

  List<Action.Deletion> inOrder() {
    List<Action.Deletion> deletions = new ArrayList<>();
    // The children of what was replaced are whole again through what took its place: they hold
    // nothing.
    for (var replaced : remote.tree().replacedBroken()) {
      addReplaced(deletions, of(whole, replaced));
    }
    for (var replaced : remote.tree().replacedDamaged()) {
      addReplaced(deletions, of(damaged, replaced));
    }
    for (var dropped : remote.tree().droppedBackups()) {
      var children = droppedChildren.getOrDefault(dropped.uuid(), Set.of());
      add(deletions, of(whole, dropped), children, Action.DeleteBackup.Cause.EXPIRED);
    }
    for (var lost : remote.leftovers().lost()) {
      if (!listed.keeps(lost)) {
        deletions.add(
            new Action.DeleteLostBackup(source.uuid(), remote.remote().id(), lost, uploads));
      }
    }
    return deletions;
  }

  private void addReplaced(List<Action.Deletion> deletions, List<StoredBackup> backups) {
    var mayGo =
        backups.stream()
            .filter(
                backup ->
                    replacedBefore
                        || uploads.contains(new UploadId(remote.remote().id(), backup.uuid())))
            .toList();
    add(deletions, mayGo, Set.of(), Action.DeleteBackup.Cause.REPLACED);
  }

  private void add(
      List<Action.Deletion> deletions,
      List<StoredBackup> backups,
      Set<ObjectKey> children,
      Action.DeleteBackup.Cause cause) {
    for (var backup : backups) {
      deletions.add(
          new Action.DeleteBackup(
              source.uuid(),
              remote.remote().id(),
              backup.key(),
              backup.deletionSteps(),
              backup.uuid(),
              uploads,
              children,
              cause));
    }
  }

  private List<ObjectKey> keysOf(Backup backup) {
    return of(whole, backup).stream().map(StoredBackup::key).toList();
  }

  private static List<StoredBackup> of(Map<Backup, List<StoredBackup>> objects, Backup backup) {
    return objects.getOrDefault(backup, List.of());
  }
}
