package org.btrfs2s3.core.update;

import java.util.List;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.run.Failure;

/**
 * What became of a run.
 *
 * @param plan the last one
 * @param approved false if the plan was not confirmed
 * @param executed how many actions were executed
 * @param healthyParts how many pairs of source and remote, and sources, had no failure
 * @param withheld how many deletions a guard withheld
 */
public record RunReport(
    Plan plan,
    boolean approved,
    int executed,
    int healthyParts,
    int withheld,
    List<Failure> failures) {

  public RunReport {
    failures = List.copyOf(failures);
  }
}
