package org.btrfs2s3.core.update;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.RawHash;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.pipeline.PipelineException;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.sendstream.SendStreamException;

/**
 * One snapshot is sent once, verified while it flows, to one remote or several, encoded, stored
 * and, after everything ended well, committed on each (invariant 1). A remote that fails or cannot
 * keep up leaves; the others go on.
 *
 * <p>The stream goes into one object, or into segments. Only an upload to a single remote resumes.
 * For one thread.
 */
final class SharedUpload {

  private final UpdateListener listener;
  private final ActiveUploads uploads;
  private final SnapshotSend snapshot;

  /**
   * @param uploads of one snapshot against one send parent, with the same options; several only if
   *     none of them has anything to resume
   * @param estimate bytes of the send stream
   */
  SharedUpload(
      UploadContext context,
      SourceSession source,
      List<RemoteUpload> uploads,
      long estimate,
      UploadOutcomes outcomes) {
    this.listener = context.listener();
    this.uploads = new ActiveUploads(uploads, context.patience(), outcomes);
    this.snapshot = new SnapshotSend(context, source, this.uploads, estimate);
  }

  /**
   * Uploads. Failures are told to {@link UploadOutcomes}.
   *
   * @param again whether this run has tried before, so that the listing does not show all that can
   *     be resumed
   */
  void run(boolean again) throws InterruptedException {
    try {
      runToItsEnd(again);
    } finally {
      uploads.settled();
    }
  }

  private void runToItsEnd(boolean again) throws InterruptedException {
    uploads.onEach(
        upload -> upload.ancestors().require(),
        upload -> listener.on(new UpdateEvent.UploadStarted(upload.action(), snapshot.estimate())));
    if (uploads.isEmpty()) {
      return;
    }
    try {
      send(again);
    } catch (PipelineException e) {
      uploads.failAll(upload -> Faults.ofPipeline(upload.remote().id(), e));
    } catch (BtrfsException | SendStreamException e) {
      uploads.failAll(_ -> Faults.ofSnapshot(e));
    } catch (IOException e) {
      uploads.failAll(_ -> Faults.ofMachine(e));
    } catch (RuntimeException e) {
      // A defect: what else is to be uploaded goes on.
      uploads.failAll(_ -> new Failure(Failure.Kind.LOCAL, "unexpected failure: " + e));
    }
  }

  private void send(boolean again) throws IOException, InterruptedException {
    if (uploads.isAlone()
        && new UploadResumption(snapshot, uploads, listener).run(again, this::sendSegments)) {
      return;
    }
    var segmentBytes = uploads.list().getFirst().segmentBytes(snapshot.estimate());
    if (segmentBytes == null) {
      sendWhole();
    } else {
      sendInSegments(segmentBytes);
    }
  }

  private void sendWhole() throws IOException, InterruptedException {
    try (var stream = snapshot.open(null);
        var piece = new SharedPiece(uploads, false)) {
      piece.flow(stream, Long.MAX_VALUE, upload -> upload.wholeObject(snapshot.estimate()));
      snapshot.requireUnchanged();
      uploads.commitOnEach(upload -> upload.commitWhole(piece.of(upload), stream.position()));
    }
  }

  private void sendInSegments(long segmentBytes) throws IOException, InterruptedException {
    var attempt = Attempt.of(ThreadLocalRandom.current().nextLong());
    uploads.onEach(RemoteUpload::warnOfOtherTool);
    var attempts =
        uploads.list().stream().map(upload -> RemoteAttempt.begin(upload, attempt)).toList();
    try (var stream = snapshot.open(new RawHash(attempt))) {
      sendSegments(
          stream, new SegmentedUpload(uploads, attempts, segmentBytes, snapshot.estimate()));
    }
  }

  /** From where the stream is to its end. */
  private void sendSegments(SnapshotStream stream, SegmentedUpload segments)
      throws IOException, InterruptedException {
    segments.flow(stream);
    if (!uploads.isEmpty()) {
      snapshot.requireUnchanged();
      segments.commit(stream);
    }
  }
}
