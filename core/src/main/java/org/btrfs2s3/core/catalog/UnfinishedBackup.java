package org.btrfs2s3.core.catalog;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupLabel;
import org.btrfs2s3.policy.Backup;

/**
 * Segments without a commit object: an upload that is under way or was interrupted, a deletion that
 * was, or a backup that lost its commit object. No backup.
 *
 * @param contentSuffixes of its first segment, such as {@code [".zst", ".gpg"]}
 */
public record UnfinishedBackup(BackupLabel label, List<String> contentSuffixes, Segments parts) {

  public UnfinishedBackup {
    contentSuffixes = List.copyOf(contentSuffixes);
  }

  public BackupIdentity identity() {
    return label.identity();
  }

  public UUID source() {
    return label.identity().source();
  }

  public Attempt attempt() {
    return parts.attempt();
  }

  /** The backup that it would be with a commit object. */
  public Backup forPolicy() {
    return identity().forPolicy();
  }

  /** Whether it is what an interrupted deletion left: the first segment goes first. */
  public boolean isHalfDeleted() {
    return parts.withoutHole() == 0;
  }

  /** When its newest segment was written, by the remote's clock; the epoch if it has none. */
  public Instant newest() {
    return parts.segments().stream()
        .map(SegmentObject::lastModified)
        .max(Instant::compareTo)
        .orElse(Instant.EPOCH);
  }
}
