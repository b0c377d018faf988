package org.btrfs2s3.app.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.btrfs2s3.core.reseed.FinalReport;
import org.btrfs2s3.core.reseed.ReseedItem;
import org.btrfs2s3.core.reseed.ReseedPlan;
import org.btrfs2s3.core.reseed.ReseedReport;
import org.btrfs2s3.core.update.SeedingPlan;
import org.btrfs2s3.core.update.SeedingReport;
import org.btrfs2s3.core.verify.VerifyReport;
import org.jspecify.annotations.Nullable;

/** What a reseeding copies or uploads, for scripts. Sizes are in bytes, times in UTC. */
public final class ReseedJson {

  private ReseedJson() {}

  /** Adds a plan's members to an object. */
  public static void write(ReseedPlan plan, ObjectNode to) {
    var backups = to.putArray("backups");
    plan.items().forEach(item -> write(item, backups.addObject()));
    to.put("bytes", plan.bytes());
    JsonMembers.failures("problems", plan.problems(), to);
  }

  private static void write(ReseedItem item, ObjectNode to) {
    JsonMembers.identity(item.identity(), to)
        .put("key", item.from().key().value())
        .put("objects", item.objects())
        .put("size", item.bytes())
        .put("way", Words.identifier(item.way()));
  }

  /** Adds the plan and what became of it. */
  public static void write(ReseedReport report, ObjectNode to) {
    write(report.plan(), to);
    var outcome = to.putObject("outcome");
    var copied = outcome.putArray("copied");
    report
        .plan()
        .items()
        .forEach(
            item -> {
              var known = report.copied().get(item);
              if (known != null) {
                copied
                    .addObject()
                    .put("uuid", item.identity().uuid().toString())
                    .put("verified", Words.identifier(known))
                    .put("signature_lost", report.unsigned().contains(item));
              }
            });
    outcome.put("bytes", report.bytes());
    write(report.check(), outcome);
    JsonMembers.failures("failures", report.failures(), outcome);
  }

  /** Adds the members of a plan from local snapshots. */
  public static void write(SeedingPlan plan, ObjectNode to) {
    var actions = to.putArray("actions");
    for (var seed : plan.seeds()) {
      var node = actions.addObject();
      PlanJson.write(seed.upload(), node);
      node.put("estimated_bytes", seed.estimatedBytes());
    }
    to.put("estimated_bytes", plan.estimatedBytes());
    var problems = to.putArray("problems");
    plan.plan().problems().forEach(problem -> PlanJson.write(problem, problems.addObject()));
    plan.unmet()
        .ifPresent(
            failure ->
                problems
                    .addObject()
                    .put("kind", "none_chosen")
                    .put("failure", true)
                    .put("message", failure.message()));
  }

  /**
   * Adds the plan and what became of it.
   *
   * @param check null if nothing was looked at
   */
  public static void write(SeedingReport report, @Nullable FinalReport check, ObjectNode to) {
    write(report.plan(), to);
    var outcome = to.putObject("outcome");
    outcome.put("executed", report.executed());
    write(check, outcome);
    JsonMembers.failures("failures", report.failures(), outcome);
  }

  private static void write(@Nullable FinalReport check, ObjectNode outcome) {
    var whole = check == null ? null : check.whole();
    outcome.put("sample", whole == null ? null : whole.uuid().toString());
    write("listing", check == null ? null : check.listing(), outcome);
    write("data", check == null ? null : check.content(), outcome);
    var notes = outcome.putArray("notes");
    if (check != null) {
      check.notes().forEach(notes::add);
    }
  }

  private static void write(String member, @Nullable VerifyReport report, ObjectNode to) {
    if (report == null) {
      to.putNull(member);
    } else {
      VerifyJson.write(report, to.putObject(member));
    }
  }
}
