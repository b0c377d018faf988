package org.btrfs2s3.core.explain;

import java.util.List;
import org.btrfs2s3.core.catalog.DamagedBackup;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.catalog.StoredChain;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.policy.Backup;
import org.btrfs2s3.policy.Kept;
import org.btrfs2s3.policy.PreservationPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What one remote holds of a snapshot, and what becomes of it.
 *
 * @param policy what is preserved of its source there; null if nothing is uploaded there
 * @param backup the one that counts of those that are whole; null if there is none
 * @param duplicates other whole objects of the same snapshot
 * @param damaged committed, but with segments gone
 * @param unfinished without commit object
 * @param chain what it is restored from
 * @param dependents oldest first
 * @param kept why it is kept, or going to be uploaded; null if it is not
 * @param until for how long; null where nothing is there and nothing is going to be
 * @param withheld the guard that keeps it from being deleted; null if none does
 */
public record BackupFate(
    RemoteId remote,
    Situation situation,
    @Nullable PreservationPolicy policy,
    @Nullable StoredBackup backup,
    List<StoredBackup> duplicates,
    @Nullable DamagedBackup damaged,
    @Nullable UnfinishedBackup unfinished,
    StoredChain chain,
    List<Dependent> dependents,
    @Nullable Kept<Backup> kept,
    @Nullable Until until,
    @Nullable String withheld) {

  public BackupFate {
    duplicates = List.copyOf(duplicates);
    dependents = List.copyOf(dependents);
  }

  /** How it stands. */
  public enum Situation {
    /** There is a backup, and this machine's policy keeps it. */
    KEPT,
    /** There is a backup, and the next update deletes it, unless a guard forbids that. */
    EXPIRED,
    /** There is a backup, but its source is not backed up to this remote by this machine. */
    NOT_OURS,
    /** There is none, and the next update is going to make one. */
    TO_BE_UPLOADED,
    /** There is none, and the policy asks for none. */
    NOT_WANTED,
    /** There is none, and there is never going to be one: the snapshot is the user's own. */
    USERS_SNAPSHOT,
    /** There is none, because the snapshot cannot be sent. */
    SNAPSHOT_UNUSABLE,
    /** Nothing is known: the remote could not be listed. */
    REMOTE_AWAY
  }
}
