package org.btrfs2s3.app.console;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.backup.ShownBytes;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.GarbagePlan;
import org.btrfs2s3.core.update.GarbageCollection;
import org.btrfs2s3.core.update.GarbageReport;

/** What a collection of garbage removes, for people. */
public final class GarbageText {

  private GarbageText() {}

  /** By source: those of this machine, then the others. */
  public static List<String> of(GarbagePlan plan) {
    List<String> lines = new ArrayList<>();
    Set<UUID> sources = new LinkedHashSet<>();
    plan.actions().forEach(action -> sources.add(action.source()));
    for (var source : sources) {
      lines.add(heading(plan, source));
      plan.actions().stream()
          .filter(action -> action.source().equals(source))
          .forEach(action -> lines.add("  " + text(plan, action)));
    }
    lines.add(sources.isEmpty() ? "nothing to be removed" : sum(plan));
    plan.problems()
        .forEach(
            problem ->
                lines.add(
                    (GarbageCollection.isFailure(problem) ? "problem: " : "note: ")
                        + problem.message()));
    return lines.stream().map(Printable::line).toList();
  }

  private static String heading(GarbagePlan plan, UUID source) {
    return plan.update().sources().stream()
        .map(planned -> planned.source())
        .filter(ours -> ours.uuid().equals(source))
        .map(ours -> "source %s (%s)".formatted(ours.path(), source))
        .findFirst()
        .orElse("foreign source " + source);
  }

  /** Of segments the action's own text has the size. */
  private static String text(GarbagePlan plan, Action action) {
    var text = ActionText.of(action, plan.update());
    return action instanceof Action.DeleteBackup
        ? text + ", " + ShownBytes.of(plan.bytes(action))
        : text;
  }

  private static String sum(GarbagePlan plan) {
    return "%d item(s), %s, and what the uploads hold that were begun"
        .formatted(
            plan.actions().size(),
            ShownBytes.of(plan.actions().stream().mapToLong(plan::bytes).sum()));
  }

  /** What became of it, in one line. */
  public static String outcome(GarbageReport report) {
    if (!report.approved()) {
      return "not confirmed: nothing was changed";
    }
    var text =
        report.executed() == 0 ? "nothing was removed" : report.executed() + " item(s) removed";
    return Words.withFailures(text, report.failures());
  }
}
