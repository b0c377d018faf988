package org.btrfs2s3.policy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a policy makes of the snapshots of one source and its backups on one remote.
 *
 * @param keptSnapshots by UUID, in order of their ctransid
 * @param keptBackups by UUID, in order of their ctransid; those to be uploaded included
 * @param uploads the kept backups that do not exist yet, parents before their children
 * @param droppedSnapshots the snapshots of the input that are not kept. One of them may be the
 *     snapshot, or the send parent's, of an upload: delete it after that
 * @param droppedBackups the backups of the input that are not kept, children before their parents.
 *     To be deleted when all uploads are committed
 * @param replacedBroken broken backups of which there is, or will be when all uploads are
 *     committed, an unbroken one of the same UUID. To be deleted then, by their own key, and before
 *     the dropped ones
 * @param replacedDamaged the same for damaged backups. A whole one may be equal to it as a value
 * @param problems the backups that cannot be restored, kept, replaced or not
 */
public record PreservationTree(
    Map<UUID, Kept<Snapshot>> keptSnapshots,
    Map<UUID, Kept<Backup>> keptBackups,
    List<Kept<Backup>> uploads,
    List<Snapshot> droppedSnapshots,
    List<Backup> droppedBackups,
    List<Backup> replacedBroken,
    List<Backup> replacedDamaged,
    List<ChainProblem> problems) {

  public PreservationTree {
    keptSnapshots = Collections.unmodifiableMap(new LinkedHashMap<>(keptSnapshots));
    keptBackups = Collections.unmodifiableMap(new LinkedHashMap<>(keptBackups));
    uploads = List.copyOf(uploads);
    droppedSnapshots = List.copyOf(droppedSnapshots);
    droppedBackups = List.copyOf(droppedBackups);
    replacedBroken = List.copyOf(replacedBroken);
    replacedDamaged = List.copyOf(replacedDamaged);
    problems = List.copyOf(problems);
  }

  /** Whether a backup of this UUID is kept, or will be uploaded. */
  public boolean keepsBackup(UUID uuid) {
    return keptBackups.containsKey(uuid);
  }

  /** Whether everything is as the policy wants it: nothing is to be uploaded or deleted. */
  public boolean isFulfilled() {
    return uploads.isEmpty()
        && droppedSnapshots.isEmpty()
        && droppedBackups.isEmpty()
        && replacedBroken.isEmpty()
        && replacedDamaged.isEmpty();
  }
}
