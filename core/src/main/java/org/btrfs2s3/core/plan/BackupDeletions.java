package org.btrfs2s3.core.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.policy.Backup;

/**
 * The backups of one source that go from one remote: the replaced, then children before parents.
 */
final class BackupDeletions {

  private final ObservedSource source;
  private final RemotePlan remote;
  private final Set<UploadId> uploads;
  private final Map<UUID, Set<ObjectKey>> droppedChildren = new HashMap<>();

  BackupDeletions(ObservedSource source, RemotePlan remote, List<Action.Upload> uploads) {
    this.source = source;
    this.remote = remote;
    this.uploads =
        uploads.stream()
            .map(Action.Upload::id)
            .filter(id -> id.remote().equals(remote.remote().id()))
            .collect(Collectors.toSet());
    for (var dropped : remote.tree().droppedBackups()) {
      var parent = dropped.sendParent();
      if (parent != null) {
        droppedChildren.computeIfAbsent(parent, _ -> new HashSet<>()).add(keyOf(dropped));
      }
    }
  }

  List<Action.DeleteBackup> inOrder() {
    List<Action.DeleteBackup> deletions = new ArrayList<>();
    // Their children are whole again through the object that took their place: they hold nothing.
    remote
        .backups()
        .replaced()
        .forEach(b -> deletions.add(replacement(b.key(), b.identity().uuid())));
    remote.tree().replacedBroken().forEach(b -> deletions.add(replacement(keyOf(b), b.uuid())));
    remote.tree().droppedBackups().forEach(b -> deletions.add(expiry(b)));
    return deletions;
  }

  private ObjectKey keyOf(Backup backup) {
    return Objects.requireNonNull(remote.backups().byUuid().get(backup.uuid())).key();
  }

  private Action.DeleteBackup expiry(Backup backup) {
    return deletion(
        keyOf(backup),
        backup.uuid(),
        droppedChildren.getOrDefault(backup.uuid(), Set.of()),
        Action.DeleteBackup.Cause.EXPIRED);
  }

  private Action.DeleteBackup replacement(ObjectKey key, UUID uuid) {
    return deletion(key, uuid, Set.of(), Action.DeleteBackup.Cause.REPLACED);
  }

  private Action.DeleteBackup deletion(
      ObjectKey key, UUID uuid, Set<ObjectKey> children, Action.DeleteBackup.Cause cause) {
    return new Action.DeleteBackup(
        source.uuid(), remote.remote().id(), key, uuid, uploads, children, cause);
  }
}
