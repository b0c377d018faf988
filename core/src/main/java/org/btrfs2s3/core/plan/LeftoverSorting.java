package org.btrfs2s3.core.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.Chain;
import org.btrfs2s3.core.catalog.BackupSet;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.policy.PreservationTree;
import org.jspecify.annotations.Nullable;

/** Decides about the attempts without commit object of one source on one remote. */
final class LeftoverSorting {

  private final ObservedSource source;
  private final UploadTarget target;
  private final List<UnfinishedBackup> unfinished;
  private final BackupSet backups;

  LeftoverSorting(
      ObservedSource source,
      UploadTarget target,
      List<UnfinishedBackup> unfinished,
      BackupSet backups) {
    this.source = source;
    this.target = target;
    this.unfinished = unfinished;
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
        && !backups.byUuid().containsKey(identity.uuid())
        && isUsable(identity.uuid())
        && hasSendParent(identity.sendParent());
  }

  private boolean fits(UnfinishedBackup attempt) {
    return target.segmented()
        && !attempt.isHalfDeleted()
        && attempt.contentSuffixes().equals(target.contentSuffixes());
  }

  /** On both sides: what is sent against it needs the snapshot, and the backup's whole chain. */
  private boolean hasSendParent(@Nullable UUID parent) {
    Map<UUID, BackupIdentity> identities =
        backups.byUuid().values().stream()
            .collect(Collectors.toMap(StoredBackup::uuid, StoredBackup::identity));
    return parent == null
        || (isUsable(parent) && Chain.of(parent, identities) instanceof Chain.Complete);
  }

  private boolean isUsable(UUID snapshot) {
    return snapshot(snapshot).filter(LocalSnapshot::isUsable).isPresent();
  }

  private Optional<LocalSnapshot> snapshot(UUID uuid) {
    return source.snapshots().stream().filter(s -> s.uuid().equals(uuid)).findFirst();
  }

  Leftovers sort(PreservationTree tree) {
    List<UnfinishedBackup> kept = new ArrayList<>();
    List<UnfinishedBackup> garbage = new ArrayList<>();
    List<UnfinishedBackup> lost = new ArrayList<>();
    for (var attempt : unfinished) {
      var uuid = attempt.identity().uuid();
      var snapshot = snapshot(uuid);
      if (attempt.isHalfDeleted()) {
        garbage.add(attempt);
      } else if (isWanted(attempt, tree)) {
        kept.add(attempt);
      } else if (backups.byUuid().containsKey(uuid)) {
        garbage.add(attempt);
      } else if (snapshot.isPresent()) {
        // One that cannot be read now may be readable in the next run.
        (snapshot.get().isUsable() ? garbage : kept).add(attempt);
      } else {
        lost.add(attempt);
      }
    }
    return new Leftovers(kept, garbage, lost);
  }

  private boolean isWanted(UnfinishedBackup attempt, PreservationTree tree) {
    var identity = attempt.identity();
    return fits(attempt)
        && tree.uploads().stream()
            .map(upload -> upload.item())
            .anyMatch(
                backup ->
                    backup.uuid().equals(identity.uuid())
                        && Objects.equals(backup.sendParent(), identity.sendParent()));
  }
}
