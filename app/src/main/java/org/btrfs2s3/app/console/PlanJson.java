package org.btrfs2s3.app.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.LocalSnapshot;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.plan.Problem;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.plan.RemotePlan;
import org.btrfs2s3.core.plan.SourcePlan;
import org.btrfs2s3.core.update.RunReport;
import org.btrfs2s3.policy.Backup;
import org.btrfs2s3.policy.Kept;
import org.jspecify.annotations.Nullable;

/** A plan for scripts. Sizes are in bytes, times ISO 8601 in UTC. */
public final class PlanJson {

  private PlanJson() {}

  /** Adds the plan's members to an object. */
  public static void write(Plan plan, ObjectNode to) {
    to.put("now", plan.observation().now().toString());
    to.put("timezone", plan.observation().zone().getId());
    var sources = to.putArray("sources");
    plan.sources().forEach(source -> write(source, sources.addObject()));
    var actions = to.putArray("actions");
    plan.actions(Action.class).forEach(action -> write(action, actions.addObject()));
    var withheld = to.putArray("withheld");
    plan.withheld()
        .forEach(
            (deletion, reason) -> {
              var node = withheld.addObject();
              write(deletion, node);
              node.put("reason", reason);
            });
    var problems = to.putArray("problems");
    plan.problems().forEach(problem -> write(problem, problems.addObject()));
  }

  /** Adds the plan and what became of it. */
  public static void write(RunReport report, ObjectNode to) {
    write(report.plan(), to);
    var outcome = to.putObject("outcome");
    outcome.put("approved", report.approved());
    outcome.put("executed", report.executed());
    outcome.put("withheld", report.withheld());
    JsonMembers.failures("failures", report.failures(), outcome);
  }

  /** One problem. */
  static void write(Problem problem, ObjectNode to) {
    to.put("kind", Words.identifier(problem.kind()))
        .put("failure", problem.kind().isFailure())
        .put("message", problem.message());
  }

  private static void write(SourcePlan source, ObjectNode to) {
    to.put("uuid", source.source().uuid().toString());
    to.put("path", source.source().path());
    var snapshots = to.putArray("snapshots");
    source.snapshots().forEach(snapshot -> write(source, snapshot, snapshots.addObject()));
    var remotes = to.putArray("remotes");
    source.remotes().forEach(remote -> write(remote, remotes.addObject()));
  }

  private static void write(SourcePlan source, LocalSnapshot snapshot, ObjectNode to) {
    to.put("predicted", snapshot.isPredicted());
    if (!snapshot.isPredicted()) {
      to.put("uuid", snapshot.uuid().toString());
      to.put("name", snapshot.name());
    }
    to.put("ctransid", snapshot.ctransid().value());
    to.put("ctime", snapshot.ctime().toString());
    JsonMembers.standing(snapshot.standing(), to);
    JsonMembers.identifiers("reasons", source.reasonsToKeep(snapshot.uuid()), to);
  }

  private static void write(RemotePlan remote, ObjectNode to) {
    to.put("id", remote.target().remote().value());
    to.put("preserve", remote.target().policy().toString());
    var backups = to.putArray("backups");
    for (var kept : remote.tree().keptBackups().values()) {
      var node = backups.addObject();
      write(kept.item(), remote.backups().byUuid().get(kept.item().uuid()), node);
      keeping(kept, node);
    }
    for (var dropped : remote.tree().droppedBackups()) {
      var node = backups.addObject();
      write(dropped, remote.backups().byUuid().get(dropped.uuid()), node);
      node.put("keep", false);
    }
  }

  private static void keeping(Kept<Backup> kept, ObjectNode to) {
    to.put("keep", true);
    JsonMembers.identifiers("reasons", kept.reasons(), to);
    JsonMembers.identifiers("flags", kept.flags(), to);
  }

  private static void write(Backup backup, @Nullable StoredBackup stored, ObjectNode to) {
    var parent = backup.sendParent();
    to.put("uuid", backup.uuid().toString());
    to.put("send_parent", parent == null ? null : parent.toString());
    to.put("ctransid", backup.ctransid().value());
    to.put("ctime", backup.ctime().toString());
    to.put("exists", stored != null);
    if (stored != null) {
      to.put("key", stored.key().value());
      to.put("size", stored.size());
      to.put("storage_class", stored.storageClass());
    }
  }

  /** One action. */
  static void write(Action action, ObjectNode to) {
    to.put("source", action.source().toString());
    switch (action) {
      case Action.CreateSnapshot _ -> to.put("action", "create_snapshot");
      case Action.RenameSnapshot rename ->
          to.put("action", "rename_snapshot")
              .put("snapshot", rename.snapshot().toString())
              .put("from", rename.from())
              .put("to", rename.to());
      case Action.Upload upload -> upload(upload, to);
      case Action.AbortUpload abort ->
          to.put("action", "abort_upload")
              .put("remote", abort.remote().value())
              .put("key", abort.upload().key().value())
              .put("upload_id", abort.upload().id());
      case Action.CollectSegments collection ->
          unfinished("collect_segments", collection.remote(), collection.unfinished(), to);
      case Action.DeleteLostBackup deletion ->
          unfinished("delete_lost_backup", deletion.remote(), deletion.unfinished(), to);
      case Action.DeleteSnapshot deletion ->
          to.put("action", "delete_snapshot")
              .put("snapshot", deletion.snapshot().toString())
              .put("name", deletion.name());
      case Action.DeleteBackup deletion ->
          to.put("action", "delete_backup")
              .put("remote", deletion.remote().value())
              .put("key", deletion.key().value())
              .put("cause", Words.identifier(deletion.cause()));
    }
  }

  private static void unfinished(
      String action, RemoteId remote, UnfinishedBackup unfinished, ObjectNode to) {
    to.put("action", action)
        .put("remote", remote.value())
        .put("backup", unfinished.identity().uuid().toString())
        .put("attempt", unfinished.attempt().id())
        .put("segments", unfinished.parts().segments().size())
        .put("size", unfinished.parts().size());
  }

  private static void upload(Action.Upload upload, ObjectNode to) {
    var parent = upload.identity().sendParent();
    to.put("action", "upload")
        .put("remote", upload.remote().value())
        .put("snapshot", upload.identity().uuid().toString())
        .put("send_parent", parent == null ? null : parent.toString());
    JsonMembers.identifiers("reasons", upload.reasons(), to);
    JsonMembers.identifiers("flags", upload.flags(), to);
  }
}
