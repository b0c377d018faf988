package org.btrfs2s3.core.update;

import java.util.concurrent.CompletableFuture;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.RemoteId;
import org.jspecify.annotations.Nullable;

/** An upload of the {@link UploadQueue}, and its end. */
final class UploadJob {

  final Action.Upload upload;
  final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

  /** Set when it could not keep up with others. Changed while it waits; guarded by the queue. */
  boolean alone;

  UploadJob(Action.Upload upload) {
    this.upload = upload;
  }

  RemoteId remote() {
    return upload.remote();
  }
}
