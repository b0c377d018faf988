package org.btrfs2s3.core.update;

import java.util.List;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.plan.Problem;
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

  /** What those problems that count as failures are the failures of. */
  public static List<Failure> failures(List<Problem> problems) {
    return problems.stream()
        .filter(problem -> problem.kind().isFailure())
        .map(RunReport::failure)
        .toList();
  }

  /** What a problem that counts as a failure is the failure of. */
  public static Failure failure(Problem problem) {
    var kind =
        switch (problem.kind()) {
          case REMOTE_AWAY -> Failure.Kind.REMOTE_AWAY;
          case BROKEN_BACKUP -> Failure.Kind.BROKEN_BACKUP;
          case SOURCE_UNAVAILABLE,
              SNAPSHOT_UNUSABLE,
              DUPLICATE_BACKUP,
              NOT_COLLECTED,
              NOT_REPAIRED,
              LOST_COMMIT,
              HIDDEN_BACKUP,
              UNSUPPORTED_BACKUP,
              SOURCE_BUSY,
              NESTED_SUBVOLUMES,
              SNAPSHOTS_INSIDE_SOURCE ->
              Failure.Kind.LOCAL;
        };
    return new Failure(kind, problem.message());
  }
}
