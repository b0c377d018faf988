package org.btrfs2s3.s3;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.PendingObject;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.btrfs2s3.core.store.StoredObject;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An object on its way to S3: cut into parts that are sent while the next ones are filled, or one
 * PutObject if one part holds it all. Each part is sent from memory, so that it can be sent again.
 *
 * <p>Memory: {@link UploadLimits#memoryBound}. Nothing is visible before {@link #commit}; {@link
 * #close} aborts, except when the object may have been published already.
 */
final class S3PendingObject implements PendingObject {

  private static final Logger LOG = LoggerFactory.getLogger(S3PendingObject.class);

  /** How long {@link #close} lets another thread's commit come to its end. */
  private static final Duration COMMIT_GRACE = Duration.ofSeconds(30);

  private enum State {
    OPEN,
    /** The publishing request is or may be on its way. */
    PUBLISHING,
    PUBLISHED,
    /** Publishing failed, and nothing can appear any more. */
    FAILED,
    /** Publishing failed, but the object may be there or still appear. */
    UNDECIDED,
    CLOSED
  }

  private final S3Bucket bucket;
  private final ObjectKey key;
  private final Map<String, String> metadata;
  private final String uploadId = UUID.randomUUID().toString();
  private final PartPlan plan;
  private final PartBuffers buffers;
  private final Consumer<S3PendingObject> whenClosed;

  // Of the thread that writes.
  private final Crc32c checksum = new Crc32c();
  private byte @Nullable [] buffer;
  private int filled;
  private int partNumber = 1;
  private long size;

  private final Object closing = new Object();
  // Guarded by this.
  private State state = State.OPEN;
  private @Nullable PartUploads parts;

  /**
   * @param whenClosed is told after the first close
   */
  S3PendingObject(
      S3Bucket bucket,
      NewObject object,
      UploadLimits limits,
      Consumer<S3PendingObject> whenClosed) {
    this.bucket = bucket;
    this.key = object.key();
    this.metadata = new HashMap<>(object.metadata());
    this.metadata.put(Commit.UPLOAD_ID, uploadId);
    this.plan = PartPlan.forEstimate(object.estimatedSize(), limits.partSize());
    this.buffers = new PartBuffers(limits.bufferCapacity(plan));
    this.whenClosed = whenClosed;
  }

  @Override
  public void write(byte[] bytes, int offset, int length)
      throws RemoteException, InterruptedException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    requireWritable();
    for (int done = 0; done < length; ) {
      var target = room();
      int count = Math.min(length - done, target.length - filled);
      System.arraycopy(bytes, offset + done, target, filled, count);
      filled += count;
      done += count;
    }
    checksum.add(bytes, offset, length);
    size += length;
  }

  /** The buffer, which has room: a full one is sent away when more is to come. */
  private byte[] room() throws RemoteException, InterruptedException {
    if (buffer != null && filled < buffer.length) {
      return buffer;
    }
    if (buffer != null) {
      sendBuffer(multipart(), buffer);
    }
    if (partNumber > PartPlan.MAX_PARTS) {
      throw new RemoteException(
          Kind.REFUSED,
          location() + " is too large for one object: its size was estimated far too low");
    }
    buffer = buffers.take(plan.sizeOf(partNumber));
    requireWritable();
    return buffer;
  }

  private void sendBuffer(PartUploads multipart, byte[] full) throws RemoteException {
    multipart.send(full, filled);
    buffer = null;
    filled = 0;
    partNumber++;
  }

  /** Under the lock, so that close knows of every upload that was begun. */
  private synchronized PartUploads multipart() throws RemoteException, InterruptedException {
    requireWritable();
    if (parts == null) {
      parts = new PartUploads(bucket, bucket.createUpload(key, metadata), buffers);
    }
    return parts;
  }

  private synchronized void requireWritable() throws RemoteException {
    if (state != State.OPEN) {
      throw new RemoteException(
          Kind.REFUSED, "the upload of " + location() + " is no longer open: " + state);
    }
    if (parts != null) {
      parts.throwIfFailed();
    }
  }

  @Override
  public StoredObject commit() throws RemoteException, InterruptedException {
    requireWritable();
    var request = publication();
    var commit = new Commit(bucket, key, uploadId, size);
    enterPublishing();
    var outcome = State.FAILED;
    try {
      var object = commit.publish(request);
      outcome = State.PUBLISHED;
      return object;
    } finally {
      leavePublishing(commit.undecided() ? State.UNDECIDED : outcome);
    }
  }

  private Commit.Request publication() throws RemoteException, InterruptedException {
    var last = buffer == null ? new byte[0] : buffer;
    var multipart = multipartOrNone();
    if (multipart == null) {
      return () -> bucket.put(key, metadata, last, filled);
    }
    if (filled > 0) {
      sendBuffer(multipart, last);
    }
    var sent = multipart.finish();
    return () -> bucket.complete(multipart.upload(), sent, checksum.encoded(), size);
  }

  private synchronized @Nullable PartUploads multipartOrNone() {
    return parts;
  }

  private synchronized void enterPublishing() throws RemoteException {
    requireWritable();
    state = State.PUBLISHING;
  }

  private synchronized void leavePublishing(State outcome) {
    state = outcome;
    notifyAll();
  }

  @Override
  public void close() {
    // An interrupted thread could not send the abort.
    boolean interrupted = Thread.interrupted();
    // Whoever comes second returns only when all is done: the JVM may exit right after.
    synchronized (closing) {
      try {
        end();
      } catch (InterruptedException e) {
        interrupted = true;
        LOG.warn("interrupted while closing the upload of {}", location());
      } catch (RemoteException e) {
        LOG.warn(
            "the unfinished upload of {} could not be removed and may cost storage: {}",
            location(),
            e.getMessage());
      }
    }
    whenClosed.accept(this);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() throws RemoteException, InterruptedException {
    var before = beginClosing();
    buffers.close();
    var multipart = multipartOrNone();
    if (multipart == null) {
      return;
    }
    multipart.close();
    switch (before) {
      case OPEN, FAILED -> bucket.abort(multipart.upload());
      case PUBLISHING, UNDECIDED ->
          LOG.warn(
              "upload {} of {} is left as it is, because it may have been published",
              multipart.upload().id(),
              location());
      case PUBLISHED, CLOSED -> {}
    }
  }

  private synchronized State beginClosing() throws InterruptedException {
    long deadline = System.nanoTime() + COMMIT_GRACE.toNanos();
    while (state == State.PUBLISHING && System.nanoTime() < deadline) {
      // One more than the rest in milliseconds: wait(0) has no end.
      wait(Math.max(0, (deadline - System.nanoTime()) / 1_000_000) + 1);
    }
    var before = state;
    if (before != State.PUBLISHING) {
      state = State.CLOSED;
    }
    return before;
  }

  private String location() {
    return bucket.settings().location(key);
  }
}
