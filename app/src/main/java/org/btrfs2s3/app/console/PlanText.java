package org.btrfs2s3.app.console;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.backup.ShownBytes;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.LocalSnapshot;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.plan.RemotePlan;
import org.btrfs2s3.core.plan.SourcePlan;
import org.btrfs2s3.core.plan.Standing;
import org.btrfs2s3.policy.Backup;
import org.btrfs2s3.policy.Kept;

/** A plan for people: what is there and why it is kept, then what is going to be done. */
public final class PlanText {

  private final Plan plan;
  private final List<String> lines = new ArrayList<>();

  private PlanText(Plan plan) {
    this.plan = plan;
  }

  public static List<String> of(Plan plan) {
    var text = new PlanText(plan);
    plan.sources().forEach(text::source);
    text.actions();
    text.withheld();
    text.problems();
    return text.lines.stream().map(Printable::line).toList();
  }

  private void source(SourcePlan source) {
    lines.add("source %s (%s)".formatted(source.source().path(), source.source().uuid()));
    lines.add("  snapshots");
    source.snapshots().stream()
        .sorted(Comparator.comparing(LocalSnapshot::ctransid).thenComparing(LocalSnapshot::name))
        .forEach(snapshot -> lines.add("    " + snapshot(source, snapshot)));
    source.remotes().forEach(this::remote);
  }

  private String snapshot(SourcePlan source, LocalSnapshot snapshot) {
    var name = snapshot.isPredicted() ? "(new)" : snapshot.name();
    var fate =
        switch (snapshot.standing()) {
          case Standing.Users _ -> "yours, left alone";
          case Standing.Unusable unusable -> "not usable: " + unusable.reason();
          case Standing.Ours _ -> fate(source, snapshot.uuid());
        };
    return name + "  " + fate;
  }

  private static String fate(SourcePlan source, UUID snapshot) {
    var reasons = source.reasonsToKeep(snapshot);
    return reasons.isEmpty() ? "expired" : "keep: " + Words.reasons(reasons);
  }

  private void remote(RemotePlan remote) {
    var target = remote.target();
    lines.add("  backups on %s (preserve %s)".formatted(target.remote(), target.policy()));
    List<Forest.Node> nodes = new ArrayList<>();
    for (var kept : remote.tree().keptBackups().values()) {
      nodes.add(node(remote, kept));
    }
    for (var dropped : remote.tree().droppedBackups()) {
      nodes.add(
          new Forest.Node(
              dropped.uuid(), dropped.sendParent(), describe(remote, dropped) + "  expired"));
    }
    Forest.draw(nodes).forEach(line -> lines.add("    " + line));
  }

  private Forest.Node node(RemotePlan remote, Kept<Backup> kept) {
    var backup = kept.item();
    var text = describe(remote, backup) + "  keep: " + Words.why(kept, plan.observation().zone());
    return new Forest.Node(backup.uuid(), backup.sendParent(), text);
  }

  private String describe(RemotePlan remote, Backup backup) {
    var time = Words.time(backup.ctime(), plan.observation().zone());
    var kind = Words.kind(backup.isFull());
    var stored = remote.backups().byUuid().get(backup.uuid());
    if (stored == null) {
      return "%s  %s  to be uploaded".formatted(time, kind);
    }
    var storageClass = stored.storageClass() == null ? "" : "  " + stored.storageClass();
    return "%s  %s  %s%s".formatted(time, kind, ShownBytes.of(stored.size()), storageClass);
  }

  private void actions() {
    var actions = plan.actions(Action.class);
    if (actions.isEmpty()) {
      lines.add("nothing to be done");
      return;
    }
    lines.add("actions");
    actions.forEach(action -> lines.add("  " + ActionText.of(action, plan)));
  }

  private void withheld() {
    if (plan.withheld().isEmpty()) {
      return;
    }
    lines.add("withheld");
    plan.withheld()
        .forEach(
            (deletion, reason) -> {
              lines.add("  " + ActionText.of(deletion, plan));
              lines.add("    because " + reason);
            });
  }

  private void problems() {
    plan.problems()
        .forEach(
            problem ->
                lines.add(
                    (problem.kind().isFailure() ? "problem: " : "note: ") + problem.message()));
  }
}
