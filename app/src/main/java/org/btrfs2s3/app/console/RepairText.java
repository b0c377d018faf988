package org.btrfs2s3.app.console;

import java.util.ArrayList;
import java.util.List;
import org.btrfs2s3.core.plan.RepairPlan;
import org.btrfs2s3.core.update.CommitReport;
import org.btrfs2s3.core.update.Repair;
import org.btrfs2s3.core.update.RepairReport;

/** What a repair does, for people. */
public final class RepairText {

  private RepairText() {}

  /** What it is going to do, and what it cannot. */
  public static List<String> of(RepairPlan plan) {
    List<String> lines = new ArrayList<>();
    if (plan.isEmpty()) {
      lines.add("nothing to be repaired");
    } else {
      lines.add("actions");
      plan.actions().forEach(action -> lines.add("  " + ActionText.of(action, plan.update())));
    }
    plan.problems()
        .forEach(
            problem ->
                lines.add(
                    (Repair.isFailure(problem) ? "problem: " : "note: ") + problem.message()));
    return lines.stream().map(Printable::line).toList();
  }

  /** What became of it, in one line. */
  public static String outcome(RepairReport report) {
    if (!report.approved()) {
      return "not confirmed: nothing was changed";
    }
    var text =
        report.executed() == 0 ? "nothing was repaired" : report.executed() + " action(s) done";
    return report.failures().isEmpty()
        ? text
        : "%s, %d failure(s)".formatted(text, report.failures().size());
  }

  /** What became of a commit object, in one line. */
  public static String outcome(CommitReport report, boolean pretend) {
    var text =
        switch (report.outcome()) {
          case WRITTEN -> pretend ? "would be written: %s" : "written: %s";
          case REPLACED ->
              pretend ? "damaged, would be replaced: %s" : "was damaged, is replaced: %s";
          case SIGNED ->
              pretend
                  ? "undamaged, but not signed as it should be, would be signed: %s"
                  : "undamaged, but was not signed as it should be, is signed: %s";
          case UNNEEDED -> "is as it should be: %s";
          case FAILED -> "nothing was written";
        };
    return Printable.line(
        text.formatted(report.key())
            + (report.key() == null ? "" : ", %d segment(s) verified".formatted(report.segments()))
            + (report.outcome() == CommitReport.Outcome.SIGNED
                ? "; no signature proves that none of them was left out or put elsewhere"
                : ""));
  }
}
