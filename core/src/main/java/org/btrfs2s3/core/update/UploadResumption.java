package org.btrfs2s3.core.update;

import java.io.IOException;
import java.util.List;
import org.btrfs2s3.core.backup.RawHash;
import org.btrfs2s3.core.store.RemoteException;

/**
 * Goes on with an upload that was interrupted: sends again, drops what is stored and proved, and
 * compares. Where the stream is another one now, nothing was changed. For one thread.
 */
final class UploadResumption {

  /** What is to be done with the stream from where the upload goes on. */
  interface Rest {
    void send(SnapshotStream stream, SegmentedUpload segments)
        throws IOException, InterruptedException;
  }

  private final SnapshotSend snapshot;
  private final ActiveUploads uploads;
  private final RemoteUpload upload;
  private final UpdateListener listener;

  /**
   * @param uploads of which there is only one
   */
  UploadResumption(SnapshotSend snapshot, ActiveUploads uploads, UpdateListener listener) {
    this.snapshot = snapshot;
    this.uploads = uploads;
    this.upload = uploads.list().getFirst();
    this.listener = listener;
  }

  /**
   * Resumes, if there is something to resume.
   *
   * @param again whether this run has tried before, so that the listing does not show all of it
   * @return whether nothing is left to do, because it was resumed, or failed at that
   */
  boolean run(boolean again, Rest rest) throws IOException, InterruptedException {
    List<ResumePoint> points;
    try {
      if (again && isCommittedMeanwhile()) {
        return true;
      }
      points =
          upload.options().segmentBytes() == null ? List.of() : new ResumeSearch(upload).find();
    } catch (RemoteException e) {
      fail(e);
      return true;
    }
    for (var point : points) {
      if (resume(point, rest)) {
        return true;
      }
    }
    if (points.isEmpty() && !upload.remote().unfinished(upload.action().identity()).isEmpty()) {
      notResumed(
          "what is stored of it was made with other settings, is damaged, or has no metadata");
    }
    return false;
  }

  /** The answer to a commit may have come too late. */
  private boolean isCommittedMeanwhile() throws RemoteException, InterruptedException {
    upload.remote().list();
    if (!upload.isCommitted()) {
      return false;
    }
    listener.on(new UpdateEvent.UploadRedundant(upload.action()));
    uploads.committed(upload);
    return true;
  }

  private boolean resume(ResumePoint point, Rest rest) throws IOException, InterruptedException {
    try (var stream = snapshot.open(new RawHash(point.attempt()))) {
      var position = point.position();
      if (!stream.skip(position.rawOffset())
          || !stream.hashSoFar().equals(position.rawPrefixSha256())) {
        notResumed("btrfs send makes another stream of the snapshot now");
        return false;
      }
      stream.uploadBegins();
      RemoteAttempt attempt;
      try {
        attempt = RemoteAttempt.resume(upload, point);
      } catch (RemoteException e) {
        return isEndedBy(e);
      }
      listener.on(
          new UpdateEvent.UploadResumed(
              upload.action(), point.before().size(), position.rawOffset()));
      rest.send(
          stream,
          new SegmentedUpload(
              uploads, List.of(attempt), position.segmentBytes(), snapshot.estimate()));
      return true;
    }
  }

  private boolean isEndedBy(RemoteException e) {
    if (e.isTransient()) {
      fail(e);
      return true;
    }
    notResumed("what it stored cannot be replaced: " + e.getMessage());
    return false;
  }

  private void fail(RemoteException e) {
    uploads.fail(upload, Faults.ofRemote(upload.remote().id(), e));
  }

  private void notResumed(String reason) {
    listener.on(new UpdateEvent.UploadNotResumed(upload.action(), reason));
  }
}
