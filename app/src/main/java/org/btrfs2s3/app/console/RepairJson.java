package org.btrfs2s3.app.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.btrfs2s3.core.plan.RepairPlan;
import org.btrfs2s3.core.update.CommitReport;
import org.btrfs2s3.core.update.RepairReport;

/** What a repair does, for scripts. */
public final class RepairJson {

  private RepairJson() {}

  /** Adds the plan's members to an object. */
  public static void write(RepairPlan plan, ObjectNode to) {
    to.put("now", plan.update().observation().now().toString());
    var actions = to.putArray("actions");
    plan.actions().forEach(action -> PlanJson.write(action, actions.addObject()));
    var irreparable = to.putArray("irreparable");
    for (var one : plan.irreparable()) {
      var node = irreparable.addObject();
      node.put("source", one.source().toString());
      node.put("remote", one.remote().value());
      node.put("backup", one.backup().uuid().toString());
      node.put("key", one.backup().key().value());
      node.put("reason", one.reason());
      node.put("kept", one.kept());
      var dependants = node.putArray("dependants");
      one.dependants().forEach(uuid -> dependants.add(uuid.toString()));
    }
    var problems = to.putArray("problems");
    plan.problems().forEach(problem -> PlanJson.write(problem, problems.addObject()));
  }

  /** Adds the plan and what became of it. */
  public static void write(RepairReport report, ObjectNode to) {
    write(report.plan(), to);
    var outcome = to.putObject("outcome");
    outcome.put("approved", report.approved());
    outcome.put("executed", report.executed());
    JsonMembers.failures("failures", report.failures(), outcome);
  }

  /** Adds what became of a commit object. */
  public static void write(CommitReport report, ObjectNode to) {
    var key = report.key();
    var commit = to.putObject("commit");
    commit.put("outcome", Words.identifier(report.outcome()));
    commit.put("key", key == null ? null : key.value());
    commit.put("segments", report.segments());
    JsonMembers.failures("failures", report.failures(), commit);
  }
}
