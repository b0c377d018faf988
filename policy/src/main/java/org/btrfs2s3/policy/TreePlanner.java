package org.btrfs2s3.policy;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/**
 * Decides which snapshots and backups a policy keeps, and what a new backup is sent against.
 *
 * <p>This is the bare policy, as the Python tool has it, pinned by the conformance vectors: it
 * trusts every backup of the input, whatever has become of its chain, and may drop the only ones
 * that can be restored. {@link RetentionSafety} is what a run uses.
 */
public final class TreePlanner {

  private TreePlanner() {}

  /**
   * Plans for one source and one remote.
   *
   * @param snapshots those that may be sent. Of several with equal ctransid the first counts as the
   *     oldest where the oldest is wanted, and as the newest where the newest is
   * @param backups the committed backups; the order matters as for snapshots
   * @throws IllegalArgumentException if the policy reaches back too far from {@code now}
   */
  public static PreservationTree plan(
      List<Snapshot> snapshots,
      List<Backup> backups,
      PreservationPolicy policy,
      Instant now,
      ZoneId zone) {
    return new TreeBuilder(snapshots, backups, policy, now, zone)
        .keepPreserved()
        .keepMostRecent()
        .keepAncestors()
        .build();
  }
}
