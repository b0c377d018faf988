package org.btrfs2s3.app.console;

import java.io.PrintWriter;
import java.util.function.Supplier;
import org.btrfs2s3.core.backup.ShownBytes;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.update.UpdateEvent;
import org.btrfs2s3.core.update.UpdateListener;

/** Tells on standard error what an update does. */
public final class ProgressText implements UpdateListener {

  private final PrintWriter err;
  private final UploadDisplay display;
  private final Supplier<Plan> plan;

  /**
   * Writes a line for each event.
   *
   * @param display shows how far uploads are between their beginnings and ends
   * @param plan the newest one, which has the paths of the sources
   */
  public ProgressText(PrintWriter err, UploadDisplay display, Supplier<Plan> plan) {
    this.err = err;
    this.display = display;
    this.plan = plan;
  }

  @Override
  public void on(UpdateEvent event) {
    switch (event) {
      case UpdateEvent.Done done -> done(done.action());
      case UpdateEvent.UploadStarted started -> {
        err.printf(
            "begin: %s, about %s%n",
            text(started.upload()), ShownBytes.of(started.estimatedBytes()));
        show(started.upload(), 0, started.estimatedBytes());
      }
      case UpdateEvent.UploadProgress progress ->
          show(progress.upload(), progress.streamBytes(), progress.estimatedBytes());
      case UpdateEvent.UploadResumed resumed ->
          err.printf(
              "resumed: %s, after %d segment(s), %s of the stream%n",
              text(resumed.upload()), resumed.segments(), ShownBytes.of(resumed.streamBytes()));
      case UpdateEvent.UploadNotResumed anew ->
          err.printf("begins anew: %s: %s%n", text(anew.upload()), Printable.line(anew.reason()));
      case UpdateEvent.UploadLeftBehind left -> {
        display.end(left.upload().id());
        err.printf(
            "gets it by itself later: %s: %s%n",
            text(left.upload()), Printable.line(left.reason()));
      }
      case UpdateEvent.UploadTooSlow slow ->
          err.printf(
              "warning: %s is going to take %s, but the policy wants a full backup every %s: use a"
                  + " policy with a longer first timeframe, or a faster line%n",
              text(slow.upload()), Words.duration(slow.expected()), Words.duration(slow.longest()));
      case UpdateEvent.RemoteWarning warning ->
          err.printf(
              "warning: remote %s: %s%n", warning.remote(), Printable.line(warning.message()));
      case UpdateEvent.UploadCommitted committed -> {
        display.end(committed.upload().id());
        err.printf(
            "committed: %s, %s for a stream of %s%n",
            Printable.line(committed.backup().key().value()),
            ShownBytes.of(committed.backup().size()),
            ShownBytes.of(committed.streamBytes()));
      }
      case UpdateEvent.UploadRedundant redundant -> {
        display.end(redundant.upload().id());
        err.printf("already there, uploaded by another run: %s%n", text(redundant.upload()));
      }
      case UpdateEvent.Skipped skipped -> {
        end(skipped.action());
        err.printf("skipped: %s: %s%n", text(skipped.action()), Printable.line(skipped.reason()));
      }
      case UpdateEvent.Failed failed -> {
        end(failed.action());
        err.printf(
            "failed: %s: %s%n", text(failed.action()), Printable.line(failed.failure().message()));
      }
      case UpdateEvent.PlannedAgain again ->
          err.printf("source %s is planned again: %s%n", again.sourcePath(), again.reason());
    }
    err.flush();
  }

  private void done(Action action) {
    end(action);
    // That an upload is done was said with its size when it was committed.
    if (!(action instanceof Action.Upload)) {
      err.printf("done: %s%n", text(action));
    }
  }

  private void show(Action.Upload upload, long bytes, long estimatedBytes) {
    display.show(upload.id(), ActionText.name(upload, plan.get()), bytes, estimatedBytes);
  }

  private void end(Action action) {
    if (action instanceof Action.Upload upload) {
      display.end(upload.id());
    }
  }

  private String text(Action action) {
    return ActionText.of(action, plan.get());
  }
}
