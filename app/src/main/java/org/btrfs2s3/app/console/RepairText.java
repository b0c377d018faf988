package org.btrfs2s3.app.console;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.Problem;
import org.btrfs2s3.core.plan.RepairPlan;
import org.btrfs2s3.core.update.CommitReport;
import org.btrfs2s3.core.update.Repair;
import org.btrfs2s3.core.update.RepairReport;

/** What a repair does, for people. */
public final class RepairText {

  private RepairText() {}

  /** What it is going to do, and what it cannot. */
  public static List<String> of(RepairPlan plan) {
    return of(plan, _ -> true);
  }

  /** The same, without the problems that are told as failures. */
  public static List<String> withoutFailures(RepairPlan plan) {
    return of(plan, problem -> !Repair.isFailure(problem));
  }

  private static List<String> of(RepairPlan plan, Predicate<Problem> isTold) {
    List<String> lines = new ArrayList<>();
    if (plan.isEmpty()) {
      lines.add(
          plan.irreparable().isEmpty()
              ? "nothing to be repaired"
              : "nothing that can be repaired or deleted");
    } else {
      lines.add("actions");
      actions(plan).forEach(action -> lines.add("  " + action));
    }
    plan.problems().stream()
        .filter(isTold)
        .forEach(
            problem ->
                lines.add(
                    (Repair.isFailure(problem) ? "problem: " : "note: ") + problem.message()));
    return lines.stream().map(Printable::line).toList();
  }

  /** What is replaced is told with what replaces it: it may have the same key. */
  private static List<String> actions(RepairPlan plan) {
    List<String> lines = new ArrayList<>();
    List<Action.DeleteBackup> told = new ArrayList<>();
    for (var upload : plan.uploads()) {
      var replaced = plan.replaced().stream().filter(one -> isReplacedBy(one, upload)).toList();
      told.addAll(replaced);
      lines.add(
          ActionText.of(upload, plan.update())
              + replaced.stream().map(one -> ", replaces " + one.key()).collect(joining()));
    }
    plan.actions().stream()
        .filter(action -> !(action instanceof Action.Upload) && !told.contains(action))
        .forEach(action -> lines.add(ActionText.of(action, plan.update())));
    return lines;
  }

  private static boolean isReplacedBy(Action.DeleteBackup deletion, Action.Upload upload) {
    return deletion.remote().equals(upload.remote())
        && deletion.backup().equals(upload.identity().uuid());
  }

  /** What became of it, in one line. */
  public static String outcome(RepairReport report) {
    if (!report.approved()) {
      return "not confirmed: nothing was changed";
    }
    var text =
        report.executed() == 0
            ? "nothing was repaired"
            : "%d backup(s) uploaded, %d deleted"
                .formatted(report.uploaded(), report.executed() - report.uploaded());
    return Words.withFailures(text, report.failures());
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
