package org.btrfs2s3.core.update;

import java.util.List;
import org.btrfs2s3.core.plan.GarbagePlan;
import org.btrfs2s3.core.run.Failure;

/**
 * What became of a collection of garbage.
 *
 * @param approved false if the plan was not confirmed
 * @param executed how many actions were executed
 * @param succeeded whether any part did what was asked for, be it nothing
 */
public record GarbageReport(
    GarbagePlan plan, boolean approved, int executed, boolean succeeded, List<Failure> failures) {

  public GarbageReport {
    failures = List.copyOf(failures);
  }
}
