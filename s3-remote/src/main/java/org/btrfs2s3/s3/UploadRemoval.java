package org.btrfs2s3.s3;

import java.time.Duration;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;

/** Drops uploads for good. Safe for all threads. */
final class UploadRemoval {

  private final S3Bucket bucket;

  /** After how long no request is sent again. */
  private final Duration patience;

  UploadRemoval(S3Bucket bucket, Duration patience) {
    this.bucket = bucket;
    this.patience = patience;
  }

  /**
   * Drops an upload, and looks until nothing is left of it: a part that arrived late outlives the
   * first abort, and costs money.
   */
  void remove(Upload upload) throws RemoteException, InterruptedException {
    var repetition = bucket.retries().within(patience);
    while (bucket.uploads().abort(upload, repetition.left())
        && bucket.uploads().hasParts(upload, repetition.left())) {
      var left =
          new RemoteException(
              Kind.TRANSIENT,
              "parts of "
                  + bucket.settings().location(upload.key())
                  + " remain after it was aborted");
      if (!repetition.pauseAfter(left)) {
        throw repetition.lastWord(left);
      }
    }
  }
}
