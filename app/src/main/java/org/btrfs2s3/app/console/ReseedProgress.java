package org.btrfs2s3.app.console;

import java.io.PrintWriter;
import java.time.ZoneId;
import org.btrfs2s3.core.backup.ShownBytes;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.plan.UploadId;
import org.btrfs2s3.core.reseed.ReseedEvent;
import org.btrfs2s3.core.reseed.ReseedItem;
import org.btrfs2s3.core.reseed.ReseedListener;

/** Tells on standard error what a reseeding from one remote to another does. */
public final class ReseedProgress implements ReseedListener {
  private final PrintWriter err;
  private final UploadDisplay display;
  private final RemoteId to;
  private final ZoneId zone;

  /**
   * Writes a line for each event.
   *
   * @param display shows how far backups are between their beginnings and ends
   */
  public ReseedProgress(PrintWriter err, UploadDisplay display, RemoteId to, ZoneId zone) {
    this.err = err;
    this.display = display;
    this.to = to;
    this.zone = zone;
  }

  @Override
  public synchronized void on(ReseedEvent event) {
    switch (event) {
      case ReseedEvent.SourceElsewhere elsewhere ->
          err.printf(
              "note: source %s is none of this machine: make sure that no update elsewhere uploads"
                  + " it to %s meanwhile%n",
              elsewhere.source(), to);
      case ReseedEvent.Started started -> {
        err.printf("begin: %s, %s%n", name(started.item()), ShownBytes.of(started.item().bytes()));
        show(started.item(), 0);
      }
      case ReseedEvent.SignatureLost lost ->
          err.printf(
              "warning: %s is signed, and its copy will not be: the upload entry for %s has no"
                  + " sign_with%n",
              name(lost.item()), to);
      case ReseedEvent.Progress progress -> show(progress.item(), progress.bytes());
      case ReseedEvent.Committed committed -> {
        display.end(id(committed.item()));
        err.printf(
            "committed: %s, %s, %s%n",
            name(committed.item()),
            ShownBytes.of(committed.bytes()),
            ReseedText.of(committed.assurance()));
      }
      case ReseedEvent.Redundant redundant -> {
        display.end(id(redundant.item()));
        err.printf("already there, made by another run: %s%n", name(redundant.item()));
      }
      case ReseedEvent.Skipped skipped ->
          err.printf("skipped: %s: %s%n", name(skipped.item()), Printable.line(skipped.reason()));
      case ReseedEvent.OtherTried other -> {
        err.printf("warning: %s%n", Printable.line(other.failure().message()));
        err.printf(
            "trying another object of the same backup: %s%n",
            Printable.line(other.item().from().key().value()));
      }
      case ReseedEvent.OtherIgnored ignored ->
          err.printf(
              "note: %s was not read; there is another object of the same backup, %s: verify --level"
                  + " data, with an identity, says of both whether they are whole%n",
              Printable.line(ignored.item().from().key().value()),
              Printable.line(ignored.item().others().getFirst().key().value()));
      case ReseedEvent.Failed failed -> {
        display.end(id(failed.item()));
        err.printf(
            "failed: %s: %s%n", name(failed.item()), Printable.line(failed.failure().message()));
      }
      case ReseedEvent.FinalCheck _ -> err.println(ReseedText.finalCheck(to));
      case ReseedEvent.Verifying verifying ->
          VerifyText.of(verifying.event()).ifPresent(err::println);
      case ReseedEvent.Note note -> err.printf("note: %s%n", Printable.line(note.message()));
    }
    err.flush();
  }

  private void show(ReseedItem item, long bytes) {
    display.show(id(item), name(item) + " to " + to, Math.max(0, bytes), item.bytes());
  }

  private UploadId id(ReseedItem item) {
    return new UploadId(to, item.identity().uuid());
  }

  private String name(ReseedItem item) {
    return Printable.line(ReseedText.name(item, zone));
  }
}
