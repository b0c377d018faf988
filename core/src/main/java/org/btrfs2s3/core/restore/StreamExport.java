package org.btrfs2s3.core.restore;

import java.io.IOException;
import java.io.OutputStream;
import java.util.UUID;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.pipeline.PipelineException;
import org.btrfs2s3.core.sendstream.SendStreamRelay;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.RemoteException;
import org.jspecify.annotations.Nullable;

/**
 * Writes the send stream of one backup instead of receiving it; needs no btrfs. The END command is
 * written last, after everything was decrypted, authenticated and verified: without it, no {@code
 * btrfs receive} completes a subvolume (invariant 7).
 */
public final class StreamExport {

  private final BackupStore store;
  private final ContentReader reader;

  /**
   * @param reader of the same store
   */
  public StreamExport(BackupStore store, ContentReader reader) {
    this.store = store;
    this.reader = reader;
  }

  /**
   * The one backup that is selected. Its chain may have holes: whoever receives the stream may have
   * the send parent.
   *
   * @throws RestoreException if none or several are selected, or it is damaged
   */
  public StoredBackup choose(Selection selection, @Nullable UUID source)
      throws IOException, RestoreException, InterruptedException {
    return new RestorePlanner(ListedBackups.of(store)).single(selection, source);
  }

  /**
   * Writes the whole stream and flushes it.
   *
   * @return bytes of the stream
   * @throws IOException if the backup is not as it should be or cannot be written; what was written
   *     has no END then
   */
  public long write(StoredBackup backup, OutputStream out)
      throws IOException, InterruptedException {
    var identity = backup.identity();
    var relay =
        new SendStreamRelay(
            new StreamIdentity(identity.uuid(), identity.ctransid(), identity.sendParent()), out);
    try {
      long bytes = reader.read(backup, relay::update);
      relay.finish();
      return bytes;
    } catch (IOException e) {
      throw explained(backup, e);
    }
  }

  private static IOException explained(StoredBackup backup, IOException failure) {
    var message = "cannot write the stream of " + backup.key() + ": " + failure.getMessage();
    var cause = failure instanceof PipelineException ? failure.getCause() : failure;
    return cause instanceof RemoteException remote
        ? new RemoteException(remote.kind(), message, failure)
        : new IOException(message, failure);
  }
}
