package org.btrfs2s3.core.update;

import java.util.List;
import org.btrfs2s3.core.plan.RepairPlan;
import org.btrfs2s3.core.run.Failure;

/**
 * What became of a repair.
 *
 * @param plan that was made before anything was done
 * @param executed how many actions were executed
 * @param succeeded whether something was repaired, or somewhere nothing had to be
 */
public record RepairReport(
    RepairPlan plan, boolean approved, int executed, boolean succeeded, List<Failure> failures) {

  public RepairReport {
    failures = List.copyOf(failures);
  }
}
