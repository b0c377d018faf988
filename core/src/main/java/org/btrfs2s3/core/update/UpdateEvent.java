package org.btrfs2s3.core.update;

import java.time.Duration;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.Failure;

/** What a run does, as it does it. */
public sealed interface UpdateEvent {

  /** An action of the plan was executed. */
  record Done(Action action) implements UpdateEvent {}

  /**
   * An upload begins.
   *
   * @param estimatedBytes of the send stream, before compression
   */
  record UploadStarted(Action.Upload upload, long estimatedBytes) implements UpdateEvent {}

  /**
   * How far an upload is; told about twice a second.
   *
   * @param streamBytes of the send stream so far, those of an earlier run that it resumes included
   * @param estimatedBytes of the whole send stream; 0 if it is not known
   */
  record UploadProgress(Action.Upload upload, long streamBytes, long estimatedBytes)
      implements UpdateEvent {

    public UploadProgress {
      if (streamBytes < 0 || estimatedBytes < 0) {
        throw new IllegalArgumentException(streamBytes + " of " + estimatedBytes + " bytes");
      }
    }
  }

  /** A backup is visible on its remote. */
  record UploadCommitted(Action.Upload upload, StoredBackup backup, long streamBytes)
      implements UpdateEvent {}

  /**
   * An interrupted upload goes on.
   *
   * @param segments that need not be sent again
   * @param streamBytes that they hold
   */
  record UploadResumed(Action.Upload upload, int segments, long streamBytes)
      implements UpdateEvent {}

  /** An interrupted upload cannot go on and begins anew. */
  record UploadNotResumed(Action.Upload upload, String reason) implements UpdateEvent {}

  /** A remote could not keep up with the others, and gets the backup by itself. */
  record UploadLeftBehind(Action.Upload upload, String reason) implements UpdateEvent {}

  /**
   * A full backup is going to take longer than the longest timeframe of its policy, so that the
   * next one is due before it is finished.
   */
  record UploadTooSlow(Action.Upload upload, Duration expected, Duration longest)
      implements UpdateEvent {}

  /** Something about a remote that the user should know. */
  record RemoteWarning(RemoteId remote, String message) implements UpdateEvent {}

  /** Somebody else had committed the same backup; ours was dropped. */
  record UploadRedundant(Action.Upload upload) implements UpdateEvent {}

  /** An action was not executed because something that it needs did not happen. */
  record Skipped(Action action, String reason) implements UpdateEvent {}

  /** An action failed. */
  record Failed(Action action, Failure failure) implements UpdateEvent {}

  /** The source is planned again without a snapshot that could not be sent. */
  record PlannedAgain(String sourcePath, String reason) implements UpdateEvent {}
}
