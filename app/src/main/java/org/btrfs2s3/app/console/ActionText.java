package org.btrfs2s3.app.console;

import java.time.ZoneId;
import java.util.UUID;
import org.btrfs2s3.core.backup.ShownBytes;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.Plan;

/** One action of a plan in one line. */
public final class ActionText {

  private ActionText() {}

  /** Says what is done, in the imperative. */
  public static String of(Action action, Plan plan) {
    return Printable.line(text(action, plan));
  }

  private static String text(Action action, Plan plan) {
    var source = path(action.source(), plan);
    return switch (action) {
      case Action.CreateSnapshot _ -> "create a snapshot of " + source;
      case Action.RenameSnapshot rename ->
          "rename snapshot %s of %s to %s"
              .formatted(rename.from().isEmpty() ? "(new)" : rename.from(), source, rename.to());
      case Action.Upload upload -> upload(upload, source, plan);
      case Action.AbortUpload abort ->
          "drop the upload of %s to %s that was begun at %s"
              .formatted(
                  abort.upload().key(),
                  abort.remote(),
                  Words.time(abort.upload().begun(), plan.observation().zone()));
      case Action.CollectSegments collection ->
          "remove what an interrupted upload left on %s: %s"
              .formatted(
                  collection.remote(),
                  segments(collection.unfinished(), plan.observation().zone()));
      case Action.DeleteLostBackup deletion ->
          "delete from %s, because it lost its commit object long ago: %s"
              .formatted(
                  deletion.remote(), segments(deletion.unfinished(), plan.observation().zone()));
      case Action.DeleteSnapshot deletion ->
          "delete snapshot %s of %s".formatted(deletion.name(), source);
      case Action.DeleteBackup deletion ->
          "delete backup %s on %s (%s)"
              .formatted(deletion.key(), deletion.remote(), Words.identifier(deletion.cause()));
    };
  }

  /** An upload, as short as it can be known by: {@code /data of 2026-01-31T23:59:59+01:00 to b}. */
  static String name(Action.Upload upload, Plan plan) {
    return "%s of %s to %s"
        .formatted(
            path(upload.source(), plan),
            Words.time(upload.identity().ctime(), plan.observation().zone()),
            upload.remote());
  }

  static String segments(UnfinishedBackup unfinished, ZoneId zone) {
    return "%d segment(s) of %s, %s, attempt %s"
        .formatted(
            unfinished.parts().segments().size(),
            Words.time(unfinished.identity().ctime(), zone),
            ShownBytes.of(unfinished.parts().size()),
            unfinished.attempt());
  }

  private static String upload(Action.Upload upload, String source, Plan plan) {
    var parent = upload.identity().sendParent();
    return "upload %s of %s to %s, %s"
        .formatted(
            Words.time(upload.identity().ctime(), plan.observation().zone()),
            source,
            upload.remote(),
            parent == null ? "full" : "differential against " + parent);
  }

  private static String path(UUID source, Plan plan) {
    return plan.sources().stream()
        .filter(planned -> planned.source().uuid().equals(source))
        .map(planned -> planned.source().path())
        .findFirst()
        .orElse(source.toString());
  }
}
