package org.btrfs2s3.app.console;

import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.update.AbandonReport;
import org.btrfs2s3.core.update.UpdateEvent;

/** What giving up an upload does, for people. */
public final class AbandonText {

  private final ZoneId zone;

  public AbandonText(ZoneId zone) {
    this.zone = zone;
  }

  /** One line for what was removed, or could not be. */
  public Optional<String> of(UpdateEvent event) {
    return line(event).map(Printable::line);
  }

  private Optional<String> line(UpdateEvent event) {
    if (event instanceof UpdateEvent.Done(Action.Collection collection)) {
      return Optional.of("removed: " + text(collection));
    }
    if (event instanceof UpdateEvent.Failed(Action.Collection collection, Failure failure)) {
      return Optional.of("failed: %s: %s".formatted(text(collection), failure.message()));
    }
    return Optional.empty(); // An update's.
  }

  /** What would be removed, one line each. */
  public List<String> plan(List<Action.Collection> proposed) {
    return proposed.stream().map(one -> Printable.line("remove " + text(one))).toList();
  }

  private String text(Action.Collection collection) {
    return switch (collection) {
      case Action.AbortUpload abort ->
          "the upload of %s to %s".formatted(abort.upload().key(), abort.remote());
      case Action.CollectSegments segments ->
          "%s on %s".formatted(ActionText.segments(segments.unfinished(), zone), segments.remote());
    };
  }

  /** What became of it, in one line. */
  public static String outcome(AbandonReport report, UUID snapshot) {
    if (report.executed() > 0) {
      return "%s: %d item(s) removed".formatted(snapshot, report.executed());
    }
    return report.approved() && report.failures().isEmpty()
        ? snapshot + ": there is no interrupted upload of it"
        : snapshot + ": nothing was removed";
  }
}
