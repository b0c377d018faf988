package org.btrfs2s3.core.update;

import java.util.List;
import org.btrfs2s3.core.plan.RepairPlan;
import org.btrfs2s3.core.run.Failure;

/**
 * What became of a repair.
 *
 * @param plan that was made before anything was done
 * @param executed how many actions were executed
 * @param uploaded how many of them were uploads; the others deleted something
 * @param succeeded whether something was repaired, or somewhere nothing had to be
 */
public record RepairReport(
    RepairPlan plan,
    boolean approved,
    int executed,
    int uploaded,
    boolean succeeded,
    List<Failure> failures) {

  public RepairReport {
    failures = List.copyOf(failures);
  }
}
