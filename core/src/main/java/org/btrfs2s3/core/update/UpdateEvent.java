package org.btrfs2s3.core.update;

import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.StoredBackup;
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

  /** Somebody else had committed the same backup; ours was dropped. */
  record UploadRedundant(Action.Upload upload) implements UpdateEvent {}

  /** An action was not executed because something that it needs did not happen. */
  record Skipped(Action action, String reason) implements UpdateEvent {}

  /** An action failed. */
  record Failed(Action action, Failure failure) implements UpdateEvent {}

  /** The source is planned again without a snapshot that could not be sent. */
  record PlannedAgain(String sourcePath, String reason) implements UpdateEvent {}
}
