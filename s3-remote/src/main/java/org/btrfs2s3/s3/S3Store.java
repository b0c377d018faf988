package org.btrfs2s3.s3;

import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ColdStorage;
import org.btrfs2s3.core.store.DeleteReport;
import org.btrfs2s3.core.store.Listing;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectDetails;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.PendingObject;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.btrfs2s3.core.store.ServerSideCopy;
import org.btrfs2s3.core.store.StoredObject;
import org.btrfs2s3.core.store.UnfinishedUpload;

/** The objects of one bucket under one prefix. */
final class S3Store implements ServerSideCopy {
  /** How many parts of an upload make one of a copy, which needs no memory. */
  private static final int PARTS_IN_COPY = 8;

  private final S3Bucket bucket;
  private final KeyLookup lookup;
  private final UploadLimits limits;
  private final UploadMemory memory;
  private final Set<S3PendingObject> pending = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  S3Store(S3Bucket bucket, UploadLimits limits, UploadMemory memory) {
    this.bucket = bucket;
    this.lookup = new KeyLookup(bucket);
    this.limits = limits;
    this.memory = memory;
  }

  @Override
  public String location() {
    return bucket.settings().location();
  }

  @Override
  public Listing list() throws RemoteException, InterruptedException {
    return ObjectListing.ofAll(bucket, Retries.BRIEF).read();
  }

  @Override
  public Listing listPatiently() throws RemoteException, InterruptedException {
    return ObjectListing.ofAll(bucket, Requests.AS_LONG_AS_ALLOWED).read();
  }

  @Override
  public long uploadMemory(long estimatedSize) {
    // One that does not fit is refused when it begins.
    return fits(estimatedSize) ? plan(estimatedSize).memory() : memory.bytes();
  }

  @Override
  public Optional<ObjectDetails> find(ObjectKey key) throws RemoteException, InterruptedException {
    var answer = lookup.find(key);
    if (answer.seen().isEmpty() && !answer.byListing()) {
      bucket.requireExists();
    }
    return answer.seen().map(KeyLookup.Seen::details);
  }

  @Override
  public PendingObject create(NewObject object) throws RemoteException, InterruptedException {
    requireItFits(object);
    var plan = plan(object.estimatedSize());
    var absentAt =
        object.predecessor() == NewObject.Predecessor.NONE
            ? lookup.requireAbsent(object.key())
            : null;
    var lease = memory.lease(plan.memory());
    var created =
        new S3PendingObject(bucket, lookup, object, plan, lease, absentAt, pending::remove);
    pending.add(created);
    // Whichever comes second, this or close, sees the other.
    if (closed) {
      created.close();
      throw new IllegalStateException("closed: " + location());
    }
    return created;
  }

  private boolean fits(long estimatedSize) {
    return PartPlan.partSize(estimatedSize, limits, bucket.provider()) <= memory.bytes();
  }

  private PartPlan plan(long estimatedSize) {
    return PartPlan.forEstimate(estimatedSize, limits, bucket.provider(), memory.bytes());
  }

  private void requireItFits(NewObject object) throws RemoteException {
    long size = object.estimatedSize();
    var subject =
        "%s is estimated at %d bytes".formatted(bucket.settings().location(object.key()), size);
    if (size > bucket.provider().largestObject()) {
      throw new RemoteException(
          Kind.REFUSED,
          "%s, but one object holds at most %d: use a segment_size below that"
              .formatted(subject, bucket.provider().largestObject()));
    }
    if (!fits(size)) {
      throw new RemoteException(
          Kind.REFUSED,
          "%s, which takes parts of %d bytes, but upload_memory is %d: use a smaller segment_size,"
                  .formatted(
                      subject, PartPlan.partSize(size, limits, bucket.provider()), memory.bytes())
              + " or more upload_memory");
    }
  }

  @Override
  public InputStream open(ObjectKey key, long offset) throws RemoteException, InterruptedException {
    if (offset < 0) {
      throw new IllegalArgumentException("negative offset: " + offset);
    }
    var stream = ObjectStream.open(bucket, key, offset);
    return stream == null ? emptyEnd(key, offset) : stream;
  }

  /** S3 has no range that begins at the end. */
  private InputStream emptyEnd(ObjectKey key, long offset)
      throws RemoteException, InterruptedException {
    long size = find(key).map(found -> found.object().size()).orElse(-1L);
    if (offset != size) {
      throw new RemoteException(
          Kind.REFUSED,
          "cannot read %s from byte %d: it has %d"
              .formatted(bucket.settings().location(key), offset, size));
    }
    return InputStream.nullInputStream();
  }

  @Override
  public Optional<ColdStorage> coldStorage() {
    return Optional.of(new S3ColdStorage(bucket));
  }

  @Override
  public DeleteReport delete(Collection<ObjectKey> keys)
      throws RemoteException, InterruptedException {
    return new Deletion(bucket).delete(keys);
  }

  @Override
  public List<UnfinishedUpload> unfinishedUploads() throws RemoteException, InterruptedException {
    return new UploadListing(bucket).read();
  }

  @Override
  public void abort(UnfinishedUpload upload) throws RemoteException, InterruptedException {
    new UploadRemoval(bucket, Retries.BRIEF).remove(new Upload(upload.key(), upload.id()));
  }

  /**
   * By the addresses, whatever the credentials: the server says whether they may read the other.
   */
  @Override
  public boolean canCopyFrom(BackupStore other) {
    return other instanceof S3Store store
        && store.bucket.settings().endpoint().isSameService(bucket.settings().endpoint());
  }

  @Override
  public StoredObject copy(
      BackupStore from, StoredObject source, NewObject copy, LongConsumer moved)
      throws RemoteException, InterruptedException {
    if (!(from instanceof S3Store store)) {
      throw new IllegalArgumentException("not on S3: " + from.location());
    }
    long size = source.size();
    if (size > bucket.provider().largestObject()) {
      throw new RemoteException(
          Kind.REFUSED,
          "%s has %d bytes, but one object holds at most %d there"
              .formatted(source.key(), size, bucket.provider().largestObject()));
    }
    long partSize = (long) PARTS_IN_COPY * limits.partSize();
    boolean isInParts = size > partSize;
    if (isInParts && !isSafeInHeader(store.bucket.settings(), source.key())) {
      throw new RemoteException(
          Kind.REFUSED,
          "%s is too large to be copied in one request, and the gateway of Ceph 16 breaks down when it copies parts of an object with a %% in its name"
              .formatted(store.bucket.settings().location(source.key())));
    }
    return ServerCopy.run(store.bucket, source, bucket, lookup, copy, partSize, moved);
  }

  /** Measured: radosgw 16 decodes the source of UploadPartCopy once too often, and crashes. */
  private static boolean isSafeInHeader(S3Settings settings, ObjectKey key) {
    return settings.endpoint().isAws() || settings.fullKey(key).indexOf('%') < 0;
  }

  @Override
  public void close() {
    closed = true;
    pending.forEach(S3PendingObject::close);
    bucket.close();
  }
}
