package org.btrfs2s3.core.update;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.Failure;

/**
 * What a {@link Seeding} is going to upload.
 *
 * @param plan what an update would do, which has much more
 * @param seeds parents before children
 * @param there what is wanted and need not be uploaded, for each remote that could be listed
 * @param unmet what is wrong if nothing is wanted of all that is preserved
 */
public record SeedingPlan(
    Plan plan,
    List<Seed> seeds,
    Map<RemoteId, Set<BackupIdentity>> there,
    Optional<Failure> unmet) {
  /**
   * One upload.
   *
   * @param estimatedBytes of the send stream; 0 if that cannot be found out
   */
  public record Seed(Action.Upload upload, long estimatedBytes) {}

  public SeedingPlan {
    seeds = List.copyOf(seeds);
    there = Map.copyOf(there);
  }

  /** Of all send streams. */
  public long estimatedBytes() {
    return seeds.stream().mapToLong(Seed::estimatedBytes).sum();
  }
}
