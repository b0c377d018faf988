package org.btrfs2s3.s3;

import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.DeleteReport;
import org.btrfs2s3.core.store.Listing;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectDetails;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.PendingObject;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.btrfs2s3.core.store.StoredObject;
import org.btrfs2s3.core.store.UnfinishedUpload;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The objects of one bucket under one prefix. */
final class S3Store implements BackupStore {

  private final S3Bucket bucket;
  private final UploadLimits limits;
  private final Set<S3PendingObject> pending = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  S3Store(S3Bucket bucket, UploadLimits limits) {
    this.bucket = bucket;
    this.limits = limits;
  }

  @Override
  public String location() {
    return bucket.settings().location();
  }

  @Override
  public Listing list() throws RemoteException, InterruptedException {
    var objects = new ArrayList<StoredObject>();
    var page = bucket.page(null);
    var serverTime = serverTime(page);
    for (var token = addAll(page, objects, null); token != null; ) {
      token = addAll(bucket.page(token), objects, token);
    }
    // S3 sorts by UTF-8, others not at all.
    objects.sort(Comparator.comparing(StoredObject::key));
    return new Listing(objects, serverTime);
  }

  /**
   * @param current what this page was asked for with
   * @return what to ask for the next page with, null if this was the last
   */
  private @Nullable String addAll(
      ListObjectsV2Response page, List<StoredObject> objects, @Nullable String current)
      throws RemoteException {
    var prefix = bucket.settings().prefix();
    for (var object : page.contents()) {
      if (!object.key().startsWith(prefix)) {
        throw incomplete("it holds a key that was not asked for: " + object.key());
      }
      // Some consoles make an object named like the "folder" itself.
      if (object.key().length() > prefix.length()) {
        objects.add(listed(new ObjectKey(object.key().substring(prefix.length())), object));
      }
    }
    if (!Boolean.TRUE.equals(page.isTruncated())) {
      return null;
    }
    var next = page.nextContinuationToken();
    if (next == null || next.equals(current)) {
      throw incomplete("the server says that there is more, but not how to get it");
    }
    return next;
  }

  private RemoteException incomplete(String why) {
    return new RemoteException(Kind.INTEGRITY, "cannot list " + location() + ": " + why);
  }

  private static StoredObject listed(ObjectKey key, S3Object object) {
    return new StoredObject(
        key,
        object.size(),
        seconds(object.lastModified()),
        storageClass(object.storageClassAsString()));
  }

  static ObjectDetails details(ObjectKey key, HeadObjectResponse head) {
    var metadata = new HashMap<String, String>();
    head.metadata().forEach((name, value) -> metadata.put(name.toLowerCase(Locale.ROOT), value));
    var object =
        new StoredObject(
            key,
            head.contentLength(),
            seconds(head.lastModified()),
            storageClass(head.storageClassAsString()));
    return new ObjectDetails(object, metadata);
  }

  /** A look-up tells whole seconds only; a listing agrees with it. */
  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  /** A look-up leaves the standard class out. */
  private static String storageClass(@Nullable String name) {
    return Objects.requireNonNullElse(name, "STANDARD");
  }

  /** From the header itself: the SDK corrects its own idea of the time, and tells nobody. */
  private static @Nullable Instant serverTime(ListObjectsV2Response page) {
    var date = page.sdkHttpResponse().firstMatchingHeader("Date");
    if (date.isEmpty()) {
      return null;
    }
    try {
      return ZonedDateTime.parse(date.get(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      // No time is what the caller is prepared for; a listing is not lost over it.
      return null;
    }
  }

  @Override
  public long uploadMemory(long estimatedSize) {
    return limits.bufferCapacity(PartPlan.forEstimate(estimatedSize, limits.partSize()));
  }

  @Override
  public Optional<ObjectDetails> find(ObjectKey key) throws RemoteException, InterruptedException {
    var found = bucket.head(key).map(head -> details(key, head));
    if (found.isEmpty()) {
      bucket.requireExists();
    }
    return found;
  }

  @Override
  public PendingObject create(NewObject object) throws RemoteException, InterruptedException {
    requireItFits(object);
    Commit.requireAbsent(bucket, object.key());
    var created = new S3PendingObject(bucket, object, limits, pending::remove);
    pending.add(created);
    // Whichever comes second, this or close, sees the other.
    if (closed) {
      created.close();
      throw new IllegalStateException("closed: " + location());
    }
    return created;
  }

  private void requireItFits(NewObject object) throws RemoteException {
    long most = PartPlan.forEstimate(object.estimatedSize(), limits.partSize()).capacity();
    if (object.estimatedSize() > most) {
      throw new RemoteException(
          Kind.REFUSED,
          "%s is estimated at %d bytes, but one object holds at most %d"
              .formatted(bucket.settings().location(object.key()), object.estimatedSize(), most));
    }
  }

  @Override
  public InputStream open(ObjectKey key, long offset) throws RemoteException, InterruptedException {
    if (offset < 0) {
      throw new IllegalArgumentException("negative offset: " + offset);
    }
    var response = bucket.get(key, offset);
    if (response.isEmpty()) {
      return emptyEnd(key, offset);
    }
    var stream = response.get();
    try {
      long length = lengthFrom(offset, stream.response());
      return new ObjectStream(stream, bucket.settings().location(key), length);
    } catch (RemoteException e) {
      stream.abort();
      throw e;
    }
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

  /** Some servers answer a range that they do not know with the whole object. */
  private long lengthFrom(long offset, GetObjectResponse answer) throws RemoteException {
    var range = Objects.requireNonNullElse(answer.contentRange(), "bytes 0-");
    if (!range.startsWith("bytes " + offset + "-") || answer.contentLength() == null) {
      throw new RemoteException(
          Kind.REFUSED,
          location() + " cannot be read from byte " + offset + ": the server sends " + range);
    }
    return answer.contentLength();
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
    bucket.abort(new Upload(upload.key(), upload.id()));
  }

  @Override
  public void close() {
    closed = true;
    pending.forEach(S3PendingObject::close);
    bucket.close();
  }
}
