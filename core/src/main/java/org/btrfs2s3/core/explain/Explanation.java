package org.btrfs2s3.core.explain;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one snapshot and its backups.
 *
 * @param now when it was observed
 * @param zone of the time spans
 * @param snapshot null if it is not, or not any more, on this machine
 * @param backups for each remote that holds a backup, should hold one or could not be listed
 */
public record Explanation(
    UUID uuid,
    Instant now,
    ZoneId zone,
    @Nullable SnapshotFate snapshot,
    List<BackupFate> backups) {

  public Explanation {
    backups = List.copyOf(backups);
  }
}
