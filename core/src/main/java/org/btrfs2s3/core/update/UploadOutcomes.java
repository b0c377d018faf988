package org.btrfs2s3.core.update;

import org.btrfs2s3.core.run.Failure;

/**
 * Is told as soon as it is known what became of one remote's upload; by the thread that uploads.
 */
interface UploadOutcomes {

  /** The backup is whole and visible. */
  void committed(RemoteUpload upload);

  void failed(RemoteUpload upload, Failure failure);

  /** It left the others, and may be tried by itself. */
  void leftBehind(RemoteUpload upload, String reason);

  /** Nothing is pending any more on the remotes of which an outcome was told. */
  void settled();
}
