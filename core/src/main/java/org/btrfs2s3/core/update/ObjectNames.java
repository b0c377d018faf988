package org.btrfs2s3.core.update;

import java.time.ZoneId;
import java.util.List;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.store.ObjectKey;

/**
 * How the objects of one backup are called.
 *
 * @param zone in whose offset the keys give the ctime
 * @param contentSuffixes what the content is, such as {@code [".zst", ".gpg"]}
 */
record ObjectNames(
    String base, BackupIdentity identity, ZoneId zone, List<String> contentSuffixes) {

  ObjectNames {
    contentSuffixes = List.copyOf(contentSuffixes);
  }

  /** The only object of a backup that is not segmented. */
  ObjectKey whole() {
    return new ObjectKey(BackupKey.encode(base, identity, zone, contentSuffixes));
  }

  /**
   * @param number from 0 on
   */
  ObjectKey segment(Attempt attempt, int number) {
    return new ObjectKey(
        BackupKey.encodeSegment(base, identity, zone, attempt, number, contentSuffixes));
  }

  /**
   * What makes a backup of segments.
   *
   * @param segments how many
   */
  ObjectKey commit(Attempt attempt, int segments) {
    return new ObjectKey(BackupKey.encodeCommit(base, identity, zone, attempt, segments));
  }
}
