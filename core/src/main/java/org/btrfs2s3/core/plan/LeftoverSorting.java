package org.btrfs2s3.core.plan;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.catalog.BackupSet;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.policy.PreservationTree;
import org.jspecify.annotations.Nullable;

/** Decides about the attempts without commit object of one source on one remote. */
final class LeftoverSorting {

  private final ObservedSource source;
  private final UploadTarget target;
  private final ObservedRemote.Listed remote;
  private final List<UnfinishedBackup> unfinished;
  private final BackupSet backups;

  LeftoverSorting(
      ObservedSource source, UploadTarget target, ObservedRemote.Listed remote, BackupSet backups) {
    this.source = source;
    this.target = target;
    this.remote = remote;
    this.unfinished = remote.unfinishedOf(source.uuid());
    this.backups = backups;
  }

  /**
   * What is to be finished before anything else: of several the one with the most segments. What
   * its metadata say, which no listing shows, is looked at when it is resumed.
   */
  Optional<UnfinishedBackup> resumable() {
    return unfinished.stream()
        .filter(this::isResumable)
        .max(
            Comparator.comparing((UnfinishedBackup attempt) -> attempt.parts().withoutHole())
                .thenComparing(UnfinishedBackup::attempt));
  }

  private boolean isResumable(UnfinishedBackup attempt) {
    var identity = attempt.identity();
    return fits(attempt)
        && !isCommitted(identity.uuid())
        && isUsable(identity.uuid())
        && snapshot(identity.uuid()).filter(snapshot -> isOf(snapshot, identity)).isPresent()
        && hasSendParent(identity.sendParent());
  }

  private boolean fits(UnfinishedBackup attempt) {
    return target.segmented()
        && !attempt.isHalfDeleted()
        && attempt.contentSuffixes().equals(target.contentSuffixes());
  }

  /** On both sides: what is sent against it needs the snapshot, and the backup's whole chain. */
  private boolean hasSendParent(@Nullable UUID parent) {
    return parent == null || (isUsable(parent) && isCommitted(parent));
  }

  /** With the whole chain: what cannot be restored makes no other attempt needless. */
  private boolean isCommitted(UUID uuid) {
    return backups.isRestorable(uuid);
  }

  /** A key may say what it wants; what does not agree with the snapshot is no upload of it. */
  private static boolean isOf(LocalSnapshot snapshot, BackupIdentity identity) {
    return snapshot.ctransid().equals(identity.ctransid())
        && snapshot.ctime().truncatedTo(ChronoUnit.SECONDS).equals(identity.ctime());
  }

  private boolean isUsable(UUID snapshot) {
    return snapshot(snapshot).filter(LocalSnapshot::isUsable).isPresent();
  }

  private Optional<LocalSnapshot> snapshot(UUID uuid) {
    return source.snapshots().stream().filter(s -> s.uuid().equals(uuid)).findFirst();
  }

  /** What may have been a backup: there is no snapshot of it, and no other backup. */
  List<UnfinishedBackup> lost() {
    return unfinished.stream().filter(this::isLost).toList();
  }

  private boolean isLost(UnfinishedBackup attempt) {
    var uuid = attempt.identity().uuid();
    return !attempt.isHalfDeleted() && snapshot(uuid).isEmpty() && !isCommitted(uuid);
  }

  Leftovers sort(PreservationTree tree) {
    List<UnfinishedBackup> kept = new ArrayList<>();
    List<UnfinishedBackup> garbage = new ArrayList<>();
    for (var attempt : unfinished) {
      if (isLost(attempt)) {
        continue;
      }
      (isKept(attempt, tree) ? kept : garbage).add(attempt);
    }
    return new Leftovers(kept, garbage, lost());
  }

  private boolean isKept(UnfinishedBackup attempt, PreservationTree tree) {
    var uuid = attempt.identity().uuid();
    // A snapshot that cannot be read now may be readable in the next run.
    boolean isUnreadable = !isCommitted(uuid) && !isUsable(uuid);
    return !attempt.isHalfDeleted()
        && (isWanted(attempt, tree) || isUnreadable || isNeededUntilUploaded(uuid));
  }

  /**
   * What a backup was sent against was a backup itself. Until its snapshot is uploaded anew, with
   * which it is garbage for the next run, it may be all that there is of it.
   */
  private boolean isNeededUntilUploaded(UUID uuid) {
    return !isCommitted(uuid) && remote.catalog().isSendParent(source.uuid(), uuid);
  }

  private boolean isWanted(UnfinishedBackup attempt, PreservationTree tree) {
    return fits(attempt)
        && tree.uploads().stream().anyMatch(upload -> upload.item().equals(attempt.forPolicy()));
  }
}
