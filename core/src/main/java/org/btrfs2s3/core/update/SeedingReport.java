package org.btrfs2s3.core.update;

import java.util.List;
import org.btrfs2s3.core.run.Failure;

/**
 * What became of a {@link Seeding}.
 *
 * @param executed how many actions were executed
 * @param succeeded whether any part did what was asked for, be it nothing
 */
public record SeedingReport(
    SeedingPlan plan, int executed, boolean succeeded, List<Failure> failures) {
  public SeedingReport {
    failures = List.copyOf(failures);
  }
}
