package org.btrfs2s3.core.update;

import java.util.List;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.Plan;

/**
 * What a {@link Seeding} is going to upload.
 *
 * @param plan what an update would do, which has much more
 * @param seeds parents before children
 */
public record SeedingPlan(Plan plan, List<Seed> seeds) {
  /**
   * One upload.
   *
   * @param estimatedBytes of the send stream; 0 if that cannot be found out
   */
  public record Seed(Action.Upload upload, long estimatedBytes) {}

  public SeedingPlan {
    seeds = List.copyOf(seeds);
  }

  /** Of all send streams. */
  public long estimatedBytes() {
    return seeds.stream().mapToLong(Seed::estimatedBytes).sum();
  }
}
