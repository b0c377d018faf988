package org.btrfs2s3.s3;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.btrfs2s3.core.store.Listing;
import org.btrfs2s3.core.store.ObjectDetails;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.btrfs2s3.core.store.StoredObject;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The objects whose keys begin alike, page by page. Used once, by one thread. */
final class ObjectListing {

  /** What a listing shows of an object. */
  record Listed(StoredObject object, @Nullable String etag) {}

  private final S3Bucket bucket;
  private final String prefix;
  private final Duration patience;
  private final List<Listed> objects = new ArrayList<>();
  private @Nullable Instant serverTime;

  private ObjectListing(S3Bucket bucket, String prefix, Duration patience) {
    this.bucket = bucket;
    this.prefix = prefix;
    this.patience = patience;
  }

  /**
   * Everything.
   *
   * @param patience how long each page may fail
   */
  static ObjectListing ofAll(S3Bucket bucket, Duration patience) {
    return new ObjectListing(bucket, bucket.settings().prefix(), patience);
  }

  /** One key, and those that begin with it. */
  static ObjectListing ofKey(S3Bucket bucket, ObjectKey key) {
    return new ObjectListing(bucket, bucket.settings().fullKey(key), Requests.AS_LONG_AS_ALLOWED);
  }

  /** All of them, or an error: never a part. */
  Listing read() throws RemoteException, InterruptedException {
    readPages();
    // S3 sorts by UTF-8, others not at all.
    var sorted =
        objects.stream()
            .map(Listed::object)
            .sorted(Comparator.comparing(StoredObject::key))
            .toList();
    return new Listing(sorted, serverTime);
  }

  Optional<Listed> find(ObjectKey key) throws RemoteException, InterruptedException {
    readPages();
    return objects.stream().filter(listed -> listed.object().key().equals(key)).findFirst();
  }

  /** By the first answer; null if it did not tell. */
  @Nullable Instant serverTime() {
    return serverTime;
  }

  private void readPages() throws RemoteException, InterruptedException {
    var page = bucket.page(prefix, null, patience);
    serverTime = serverTime(page);
    for (var token = addAll(page, null); token != null; ) {
      token = addAll(bucket.page(prefix, token, patience), token);
    }
  }

  /**
   * @param current what this page was asked for with
   * @return what to ask for the next page with, null if this was the last
   */
  private @Nullable String addAll(ListObjectsV2Response page, @Nullable String current)
      throws RemoteException {
    for (var object : page.contents()) {
      if (!object.key().startsWith(prefix)) {
        throw incomplete("it holds a key that was not asked for: " + object.key());
      }
      var key = object.key().substring(bucket.settings().prefix().length());
      // Some consoles make an object named like the "folder" itself.
      if (!key.isEmpty()) {
        objects.add(new Listed(listed(new ObjectKey(key), object), object.eTag()));
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
    return new RemoteException(
        Kind.INTEGRITY, "cannot list " + bucket.settings().location() + ": " + why);
  }

  private static StoredObject listed(ObjectKey key, S3Object object) {
    return new StoredObject(
        key,
        object.size(),
        seconds(object.lastModified()),
        storageClass(object.storageClassAsString()));
  }

  /** What HEAD shows of an object, which agrees with what a listing shows. */
  static ObjectDetails details(ObjectKey key, HeadObjectResponse head) {
    var metadata = new HashMap<String, String>();
    head.metadata().forEach((name, value) -> metadata.put(name.toLowerCase(Locale.ROOT), value));
    var object =
        new StoredObject(
            key,
            head.contentLength(),
            seconds(head.lastModified()),
            storageClass(head.storageClassAsString()));
    return new ObjectDetails(object, metadata, ETags.checksum(head));
  }

  /** A look-up tells whole seconds only. */
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
}
