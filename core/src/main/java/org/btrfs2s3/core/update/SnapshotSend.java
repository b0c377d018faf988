package org.btrfs2s3.core.update;

import java.io.IOException;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.RawHash;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.jspecify.annotations.Nullable;

/**
 * The snapshot that uploads share, as it is sent: opens its stream, and tells whether it still is
 * what that is of. For one thread at a time.
 */
final class SnapshotSend {

  private final UploadContext context;
  private final SourceSession source;
  private final ActiveUploads uploads;
  private final BackupIdentity identity;
  private final UploadOptions options;
  private final long estimate;

  /**
   * @param uploads of one snapshot against one send parent, with the same options
   * @param estimate bytes of the send stream
   */
  SnapshotSend(UploadContext context, SourceSession source, ActiveUploads uploads, long estimate) {
    this.context = context;
    this.source = source;
    this.uploads = uploads;
    this.identity = uploads.list().getFirst().action().identity();
    this.options = uploads.list().getFirst().options();
    this.estimate = estimate;
  }

  /** Bytes of the send stream; {@link StreamEstimates#UNKNOWN} if it may be of any length. */
  long estimate() {
    return estimate;
  }

  /**
   * Begins to send.
   *
   * @param hash of what is read; null if nobody is going to ask for it
   * @throws BtrfsException if the snapshot or its send parent may not be sent any more
   * @throws IOException if the send cannot be started
   */
  SnapshotStream open(@Nullable RawHash hash) throws IOException {
    var send = source.send(SentSnapshot.of(identity), options.sendMode());
    return new SnapshotStream(
        send,
        new StreamIdentity(identity.uuid(), identity.ctransid(), identity.sendParent()),
        hash,
        new UploadMeter(context.listener(), context.clock(), uploads.list(), estimate));
  }

  /**
   * Either may have been edited under our hands; then the stream is not of them.
   *
   * @throws BtrfsException if so
   */
  void requireUnchanged() throws BtrfsException {
    source.requireUsable(SentSnapshot.of(identity));
  }
}
