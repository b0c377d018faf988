package org.btrfs2s3.core.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.policy.Backup;

/**
 * The backups of one source that go from one remote: the replaced, then children before parents.
 * Copies of an object, under other keys, go with it.
 */
final class BackupDeletions {

  private final ObservedSource source;
  private final RemotePlan remote;
  private final Set<UploadId> uploads;
  private final Map<Backup, List<ObjectKey>> keys = new HashMap<>();
  private final Map<UUID, Set<ObjectKey>> droppedChildren = new HashMap<>();

  BackupDeletions(ObservedSource source, RemotePlan remote, List<Action.Upload> uploads) {
    this.source = source;
    this.remote = remote;
    this.uploads =
        uploads.stream()
            .map(Action.Upload::id)
            .filter(id -> id.remote().equals(remote.remote().id()))
            .collect(Collectors.toSet());
    for (var object : remote.backups().objects()) {
      keys.computeIfAbsent(object.forPolicy(), _ -> new ArrayList<>()).add(object.key());
    }
    for (var dropped : remote.tree().droppedBackups()) {
      var parent = dropped.sendParent();
      if (parent != null) {
        droppedChildren.computeIfAbsent(parent, _ -> new HashSet<>()).addAll(keysOf(dropped));
      }
    }
  }

  List<Action.DeleteBackup> inOrder() {
    List<Action.DeleteBackup> deletions = new ArrayList<>();
    for (var replaced : remote.tree().replacedBroken()) {
      // Their children are whole again through the object that took their place: they hold nothing.
      add(deletions, replaced, Set.of(), Action.DeleteBackup.Cause.REPLACED);
    }
    for (var dropped : remote.tree().droppedBackups()) {
      var children = droppedChildren.getOrDefault(dropped.uuid(), Set.of());
      add(deletions, dropped, children, Action.DeleteBackup.Cause.EXPIRED);
    }
    return deletions;
  }

  private void add(
      List<Action.DeleteBackup> deletions,
      Backup backup,
      Set<ObjectKey> children,
      Action.DeleteBackup.Cause cause) {
    for (var key : keysOf(backup)) {
      deletions.add(
          new Action.DeleteBackup(
              source.uuid(), remote.remote().id(), key, backup.uuid(), uploads, children, cause));
    }
  }

  private List<ObjectKey> keysOf(Backup backup) {
    return keys.getOrDefault(backup, List.of());
  }
}
