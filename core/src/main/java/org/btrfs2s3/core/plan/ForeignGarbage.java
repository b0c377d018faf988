package org.btrfs2s3.core.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.BackupLabel;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.store.UnfinishedUpload;

/**
 * What sources that are not ours left unfinished on a remote, and did not touch for long. Nothing
 * that was committed, nothing that a committed backup was sent against, and nothing of which the
 * key does not tell the source (invariant 10).
 */
final class ForeignGarbage {

  private final Set<UUID> ours;
  private final ObservedRemote.Listed remote;
  private final Instant latest;

  /**
   * @param ours every source of the configuration
   */
  ForeignGarbage(Set<UUID> ours, ObservedRemote.Listed remote, Duration age) {
    this.ours = ours;
    this.remote = remote;
    this.latest = remote.time().minus(age);
  }

  List<Action.Collection> all() {
    return Stream.concat(uploads(), attempts()).toList();
  }

  private Stream<Action.Collection> uploads() {
    return remote.uploads().stream()
        .filter(upload -> upload.begun().isBefore(latest))
        .flatMap(
            upload ->
                source(upload)
                    .filter(source -> !ours.contains(source))
                    .map(source -> new Action.AbortUpload(source, remote.id(), upload))
                    .stream());
  }

  private Stream<Action.Collection> attempts() {
    return remote.catalog().unfinished().stream()
        .filter(attempt -> !ours.contains(attempt.source()))
        .filter(
            attempt -> !remote.catalog().isSendParent(attempt.source(), attempt.identity().uuid()))
        .filter(this::isOld)
        .map(attempt -> new Action.CollectSegments(attempt.source(), remote.id(), attempt));
  }

  /** The next segment of what looks old may be on its way. */
  private boolean isOld(UnfinishedBackup attempt) {
    return !attempt.parts().segments().isEmpty()
        && attempt.newest().isBefore(latest)
        && remote.uploads().stream()
            .filter(upload -> isOf(attempt.identity(), upload))
            .allMatch(upload -> upload.begun().isBefore(latest));
  }

  private static boolean isOf(BackupIdentity identity, UnfinishedUpload upload) {
    return label(upload).map(BackupLabel::identity).equals(Optional.of(identity));
  }

  private static Optional<UUID> source(UnfinishedUpload upload) {
    return label(upload).map(label -> label.identity().source());
  }

  private static Optional<BackupLabel> label(UnfinishedUpload upload) {
    return BackupKey.decode(upload.key().value()).backup();
  }
}
