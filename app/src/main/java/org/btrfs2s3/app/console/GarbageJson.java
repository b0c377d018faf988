package org.btrfs2s3.app.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.GarbagePlan;
import org.btrfs2s3.core.update.GarbageReport;

/** What a collection of garbage removes, for scripts. Sizes are in bytes, times in UTC. */
public final class GarbageJson {

  private GarbageJson() {}

  /** Adds the plan's members to an object. */
  public static void write(GarbagePlan plan, ObjectNode to) {
    to.put("now", plan.update().observation().now().toString());
    var actions = to.putArray("actions");
    for (var action : plan.actions()) {
      var node = actions.addObject();
      PlanJson.write(action, node);
      node.put("foreign", action instanceof Action.Collection c && plan.foreign().contains(c));
      if (!(action instanceof Action.AbortUpload)) {
        node.put("size", plan.bytes(action));
      }
    }
    var problems = to.putArray("problems");
    plan.problems().forEach(problem -> PlanJson.write(problem, problems.addObject()));
  }

  /** Adds the plan and what became of it. */
  public static void write(GarbageReport report, ObjectNode to) {
    write(report.plan(), to);
    var outcome = to.putObject("outcome");
    outcome.put("approved", report.approved());
    outcome.put("executed", report.executed());
    JsonMembers.failures("failures", report.failures(), outcome);
  }
}
