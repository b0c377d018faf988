package org.btrfs2s3.s3;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BooleanSupplier;
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
 * <p>Memory: what the {@link PartPlan} says, leased as long as this is open. Nothing is visible
 * before {@link #commit}; {@link #close} aborts, except when the object may have been published
 * already.
 */
final class S3PendingObject implements PendingObject {

  private static final Logger LOG = LoggerFactory.getLogger(S3PendingObject.class);

  /** How long {@link #close} lets another thread's request come to its end. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  /** The program may be about to end; what is left of the upload then, a later run removes. */
  private static final Duration ABORT_PATIENCE = Duration.ofSeconds(30);

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
  private final KeyLookup lookup;
  private final ObjectKey key;
  private final Map<String, String> metadata;
  private final String uploadId = UUID.randomUUID().toString();
  private final boolean replaces;
  private final PartPlan plan;
  private final UploadMemory.Lease memory;
  private final @Nullable Instant absentAt;
  private final Consumer<S3PendingObject> whenClosed;

  // Of the thread that writes.
  private final Crc32c checksum = new Crc32c();
  private @Nullable Part part;
  private int partNumber = 1;
  private long size;
  private Runnable moved = () -> {};

  private final Object closing = new Object();
  // Guarded by this.
  private State state = State.OPEN;
  private boolean beginning;
  private @Nullable PartUploads parts;

  /**
   * @param memory as much as the plan says; it is closed with this
   * @param absentAt when the key was free, by the remote's clock; null if that is not known
   * @param whenClosed is told after the first close
   */
  S3PendingObject(
      S3Bucket bucket,
      KeyLookup lookup,
      NewObject object,
      PartPlan plan,
      UploadMemory.Lease memory,
      @Nullable Instant absentAt,
      Consumer<S3PendingObject> whenClosed) {
    this.bucket = bucket;
    this.lookup = lookup;
    this.key = object.key();
    this.metadata = new HashMap<>(object.metadata());
    this.metadata.put(Commit.UPLOAD_ID, uploadId);
    this.replaces = object.predecessor() == NewObject.Predecessor.REPLACED;
    this.plan = plan;
    this.memory = memory;
    this.absentAt = absentAt;
    this.whenClosed = whenClosed;
  }

  /** Told as the HTTP client reads the parts: {@link #write} returns for a whole part at once. */
  @Override
  public void whenMoved(Runnable whenMoved) {
    moved = whenMoved;
  }

  @Override
  public void write(byte[] bytes, int offset, int length)
      throws RemoteException, InterruptedException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    requireWritable();
    for (int done = 0; done < length; ) {
      done += unfilledPart().write(bytes, offset + done, length - done);
    }
    checksum.add(bytes, offset, length);
    size += length;
  }

  /** The part that has room: a full one is sent away when more is to come. */
  private Part unfilledPart() throws RemoteException, InterruptedException {
    if (part != null && !part.isFull()) {
      return part;
    }
    if (part != null) {
      send(multipart(), part);
    }
    if (partNumber > plan.provider().maxParts()) {
      throw new RemoteException(
          Kind.REFUSED,
          location()
              + " is too large for one object: its size was estimated far too low, or segment_size"
              + " is too large");
    }
    requireWritable();
    part = new Part(memory, plan.sizeOf(partNumber), moved);
    return part;
  }

  private void send(PartUploads multipart, Part full) throws RemoteException {
    multipart.send(full);
    part = null;
    partNumber++;
  }

  /** Not under the lock while the server is asked: that may take hours. */
  private PartUploads multipart() throws RemoteException, InterruptedException {
    var existing = multipartOrNone();
    if (existing != null) {
      return existing;
    }
    enterBeginning();
    try {
      var begun =
          new PartUploads(
              bucket, Unbroken.send(() -> bucket.uploads().createUpload(key, metadata)));
      if (!adopt(begun)) {
        begun.close();
        new UploadRemoval(bucket, ABORT_PATIENCE).remove(begun.upload());
        requireWritable();
      }
      return begun;
    } finally {
      leaveBeginning();
    }
  }

  private synchronized void enterBeginning() throws RemoteException {
    requireWritable();
    beginning = true;
  }

  /** Whether the upload was not closed meanwhile. */
  private synchronized boolean adopt(PartUploads begun) {
    if (state == State.OPEN) {
      parts = begun;
    }
    return state == State.OPEN;
  }

  private synchronized void leaveBeginning() {
    beginning = false;
    notifyAll();
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
    var publication = publication();
    var commit = new Commit(bucket, lookup, key, uploadId, size, absentAt, replaces);
    enterPublishing();
    var outcome = State.FAILED;
    try {
      var object = commit.publish(publication);
      outcome = State.PUBLISHED;
      return object;
    } finally {
      leavePublishing(commit.undecided() ? State.UNDECIDED : outcome);
    }
  }

  private Publication publication() throws RemoteException, InterruptedException {
    var last = part == null ? new Part(memory, 0, moved) : part;
    var multipart = multipartOrNone();
    if (multipart == null) {
      return new Publication.Whole(key, metadata, last, replaces);
    }
    if (last.length() > 0) {
      send(multipart, last);
    }
    var sent = multipart.finish();
    return new Publication.Parts(multipart.upload(), sent, checksum.encoded(), size, replaces);
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
    memory.stop();
    var multipart = multipartOrNone();
    try (memory;
        multipart) {
      // Closing the parts waits for what is on its way, and then the memory is free.
    }
    if (multipart == null) {
      return;
    }
    switch (before) {
      case OPEN, FAILED -> new UploadRemoval(bucket, ABORT_PATIENCE).remove(multipart.upload());
      case PUBLISHING, UNDECIDED ->
          LOG.warn(
              "upload {} of {} is left as it is, because it may have been published",
              multipart.upload().id(),
              location());
      case PUBLISHED, CLOSED -> {}
    }
  }

  private synchronized State beginClosing() throws InterruptedException {
    long deadline = System.nanoTime() + GRACE.toNanos();
    waitWhile(() -> state == State.PUBLISHING, deadline);
    var before = state;
    if (before != State.PUBLISHING) {
      state = State.CLOSED;
    }
    // Whoever has begun the upload drops it.
    waitWhile(() -> beginning, deadline);
    return before;
  }

  private synchronized void waitWhile(BooleanSupplier condition, long deadline)
      throws InterruptedException {
    while (condition.getAsBoolean() && System.nanoTime() < deadline) {
      // One more than the rest in milliseconds: wait(0) has no end.
      wait(Math.max(0, (deadline - System.nanoTime()) / 1_000_000) + 1);
    }
  }

  private String location() {
    return bucket.settings().location(key);
  }
}
