package org.btrfs2s3.core.restore;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
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

  /** Where a stream goes. */
  public interface Sink {

    /** For one attempt; flushed when the stream is complete, never closed. */
    OutputStream content();

    /** Forgets what was written; false if it cannot, because somebody has it. */
    boolean restart() throws IOException;
  }

  /** What is told of the objects that are read. */
  public interface Listener {

    /** An object is read from its begin. */
    void fetching(StoredBackup object);

    /** An object failed, and another one of the same backup takes its place. */
    void otherTried(StoredBackup other, IOException failure);
  }

  /**
   * What was written.
   *
   * @param backup of which object
   * @param bytes of the stream
   */
  public record Written(StoredBackup backup, long bytes) {}

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
   * @return every object that holds it, the one that counts first
   * @throws RestoreException if none or several are selected, or it is damaged
   */
  public List<StoredBackup> choose(Selection selection, @Nullable UUID source)
      throws IOException, RestoreException, InterruptedException {
    return new RestorePlanner(ListedBackups.of(store)).single(selection, source);
  }

  /**
   * Writes the whole stream and flushes it.
   *
   * @param objects each of which holds the backup; the next one is tried where one fails, unless
   *     nobody can take back what was written of it
   * @throws IOException if the backup is not as it should be or cannot be written; what was written
   *     has no END then
   */
  public Written write(List<StoredBackup> objects, Sink sink, Listener listener)
      throws IOException, InterruptedException {
    for (int i = 0; ; i++) {
      var object = objects.get(i);
      var out = new Watched(sink.content());
      listener.fetching(object);
      try {
        return new Written(object, write(object, out));
      } catch (IOException e) {
        boolean isOfObject = !out.failed && !(e instanceof RemoteException r && r.isAway());
        if (!isOfObject || i + 1 == objects.size() || !sink.restart()) {
          throw e;
        }
        listener.otherTried(objects.get(i + 1), e);
      }
    }
  }

  private long write(StoredBackup backup, OutputStream out)
      throws IOException, InterruptedException {
    var identity = backup.identity();
    var relay =
        new SendStreamRelay(
            new StreamIdentity(identity.uuid(), identity.ctransid(), identity.sendParent()), out);
    reader.unlockFor(List.of(backup));
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

  /** Knows whether it was the target that failed: then no other object helps. */
  private static final class Watched extends FilterOutputStream {

    private boolean failed;

    Watched(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      failed = true;
      out.write(bytes, offset, length);
      failed = false;
    }

    @Override
    public void flush() throws IOException {
      failed = true;
      out.flush();
      failed = false;
    }
  }
}
