package org.btrfs2s3.core.plan;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.catalog.BackupSet;
import org.btrfs2s3.core.catalog.DamagedBackup;
import org.btrfs2s3.policy.PreservationTree;
import org.btrfs2s3.policy.Reason;

/** What one remote is going to hold of one source, and why. */
public record RemotePlan(
    UploadTarget target,
    ObservedRemote remote,
    BackupSet backups,
    List<DamagedBackup> damaged,
    Leftovers leftovers,
    PreservationTree tree) {

  public RemotePlan {
    damaged = List.copyOf(damaged);
  }

  /** Whether the remote could be listed, and is going to be served. */
  public boolean isThere() {
    return remote instanceof ObservedRemote.Listed;
  }

  /**
   * The snapshots that stay for this remote's sake, with the reasons. Uploads to a remote that is
   * away are for a later run, which is going to read their snapshots; that includes send ancestors
   * that the policy alone would drop once they are uploaded.
   */
  Map<UUID, Set<Reason>> snapshotsToKeep() {
    Map<UUID, Set<Reason>> toKeep = new HashMap<>();
    tree.keptSnapshots().forEach((uuid, kept) -> add(toKeep, uuid, kept.reasons()));
    if (remote instanceof ObservedRemote.Away) {
      tree.uploads().forEach(upload -> add(toKeep, upload.item().uuid(), upload.reasons()));
    }
    return toKeep;
  }

  /** Why a snapshot stays for this remote's sake; empty if it need not. */
  public Set<Reason> reasonsToKeep(UUID snapshot) {
    return snapshotsToKeep().getOrDefault(snapshot, Set.of());
  }

  private static void add(Map<UUID, Set<Reason>> toKeep, UUID snapshot, Set<Reason> reasons) {
    toKeep.computeIfAbsent(snapshot, _ -> EnumSet.noneOf(Reason.class)).addAll(reasons);
  }
}
