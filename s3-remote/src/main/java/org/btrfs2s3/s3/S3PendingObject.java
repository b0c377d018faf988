package org.btrfs2s3.s3;

import java.time.Duration;
import java.time.Instant;
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
import org.btrfs2s3.s3.PendingState.Phase;
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

  /** The program may be about to end; what is left of the upload then, a later run removes. */
  private static final Duration ABORT_PATIENCE = Duration.ofSeconds(30);

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
  private final PendingState state;

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
    this.state = new PendingState(location());
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
    state.requireOpen();
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
    state.requireOpen();
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
    var existing = state.multipart();
    if (existing != null) {
      return existing;
    }
    state.beginMultipart();
    try {
      var begun =
          new PartUploads(
              bucket, Unbroken.send(() -> bucket.uploads().createUpload(key, metadata)));
      if (!state.adopt(begun)) {
        begun.close();
        new UploadRemoval(bucket, ABORT_PATIENCE).remove(begun.upload());
        state.requireOpen();
      }
      return begun;
    } finally {
      state.multipartBegun();
    }
  }

  @Override
  public StoredObject commit() throws RemoteException, InterruptedException {
    state.requireOpen();
    var publication = publication();
    var commit = new Commit(bucket, lookup, key, uploadId, size, absentAt, replaces);
    state.beginPublishing();
    var outcome = Phase.FAILED;
    try {
      var object = commit.publish(publication);
      outcome = Phase.PUBLISHED;
      return object;
    } finally {
      state.endPublishing(commit.undecided() ? Phase.UNDECIDED : outcome);
    }
  }

  private Publication publication() throws RemoteException, InterruptedException {
    var last = part == null ? new Part(memory, 0, moved) : part;
    var multipart = state.multipart();
    if (multipart == null) {
      return new Publication.Whole(key, metadata, last, replaces);
    }
    if (last.length() > 0) {
      send(multipart, last);
    }
    var sent = multipart.finish();
    return new Publication.Parts(multipart.upload(), sent, checksum.encoded(), size, replaces);
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
    var before = state.close();
    memory.stop();
    var multipart = state.multipart();
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

  private String location() {
    return bucket.settings().location(key);
  }
}
