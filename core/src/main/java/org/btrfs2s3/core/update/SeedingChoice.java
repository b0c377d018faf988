package org.btrfs2s3.core.update;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.plan.RemotePlan;

/**
 * What a seeding is about. Pure.
 *
 * @param uploads in the order of the plan
 * @param there what need not be uploaded, for each remote that could be listed
 */
record SeedingChoice(List<Action.Upload> uploads, Map<RemoteId, Set<BackupIdentity>> there) {

  /** Chooses of what a plan preserves. */
  static SeedingChoice of(Plan plan, Seeding.Selection selection) {
    List<Action.Upload> uploads = new ArrayList<>();
    Map<RemoteId, Set<BackupIdentity>> there = new LinkedHashMap<>();
    for (var source : plan.sources()) {
      for (var remote : source.remotes()) {
        if (remote.isThere()) {
          var kept = kept(remote);
          var missing =
              source.actions().stream()
                  .filter(Action.Upload.class::isInstance)
                  .map(Action.Upload.class::cast)
                  .filter(upload -> upload.remote().equals(remote.remote().id()))
                  .toList();
          List<BackupIdentity> all = new ArrayList<>(kept);
          missing.forEach(upload -> all.add(upload.identity()));
          var chosen = Set.copyOf(selection.of(all));
          missing.stream()
              .filter(upload -> chosen.contains(upload.identity()))
              .forEach(uploads::add);
          kept.retainAll(chosen);
          there.computeIfAbsent(remote.remote().id(), _ -> new HashSet<>()).addAll(kept);
        }
      }
    }
    return new SeedingChoice(uploads, there);
  }

  /** Whether nothing of what was looked at is wanted; not if no remote could be listed. */
  boolean isNothing() {
    return uploads.isEmpty() && !there.isEmpty() && there.values().stream().allMatch(Set::isEmpty);
  }

  /** The backups that stay on a remote. */
  private static Set<BackupIdentity> kept(RemotePlan remote) {
    Set<BackupIdentity> kept = new HashSet<>();
    remote.backups().byUuid().values().stream()
        .map(StoredBackup::identity)
        .filter(backup -> remote.tree().keepsBackup(backup.uuid()))
        .forEach(kept::add);
    return kept;
  }
}
