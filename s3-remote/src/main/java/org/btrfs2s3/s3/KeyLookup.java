package org.btrfs2s3.s3;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.btrfs2s3.core.store.ObjectDetails;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Looks single keys up: by HEAD, or, where that is denied (it needs the permission to read), by
 * listing the key. Safe for all threads.
 */
final class KeyLookup {

  /** One alone may be a whim; HEAD is not tried any more after so many without a success. */
  private static final int ENOUGH_DENIALS = 2;

  /**
   * An object that is there.
   *
   * @param details with the metadata, if HEAD showed it; else with none
   * @param isWhole whether that is all: a listing shows no metadata
   */
  record Seen(ObjectDetails details, boolean isWhole, @Nullable String etag) {}

  /**
   * What a look-up saw.
   *
   * @param byListing whether that was needed; it shows that there is a bucket, too
   * @param serverTime by the remote's clock; null where it was not needed, or it tells none
   */
  record Answer(Optional<Seen> seen, boolean byListing, @Nullable Instant serverTime) {}

  private final S3Bucket bucket;
  private final AtomicInteger denials = new AtomicInteger();

  KeyLookup(S3Bucket bucket) {
    this.bucket = bucket;
  }

  Answer find(ObjectKey key) throws RemoteException, InterruptedException {
    if (denials.get() >= ENOUGH_DENIALS) {
      return byListing(key);
    }
    try {
      return byHead(key);
    } catch (RemoteException e) {
      if (e.kind() != Kind.DENIED) {
        throw e;
      }
      return instead(key, e);
    }
  }

  /**
   * Fails if the key is taken.
   *
   * @return when that was, as {@link Answer#serverTime}
   */
  @Nullable Instant requireAbsent(ObjectKey key) throws RemoteException, InterruptedException {
    var answer = find(key);
    if (answer.seen().isPresent()) {
      throw new RemoteException(
          Kind.CONFLICT,
          "another object has the key "
              + bucket.settings().location(key)
              + "; it is left as it is");
    }
    return answer.serverTime();
  }

  private Answer byHead(ObjectKey key) throws RemoteException, InterruptedException {
    var seen =
        bucket.head(key).map(head -> new Seen(ObjectListing.details(key, head), true, head.eTag()));
    denials.set(0);
    return new Answer(seen, false, null);
  }

  private Answer instead(ObjectKey key, RemoteException denied)
      throws RemoteException, InterruptedException {
    try {
      var answer = byListing(key);
      denials.incrementAndGet();
      return answer;
    } catch (RemoteException e) {
      denied.addSuppressed(e);
      throw denied;
    }
  }

  private Answer byListing(ObjectKey key) throws RemoteException, InterruptedException {
    var listing = ObjectListing.ofKey(bucket, key);
    var seen =
        listing
            .find(key)
            .map(
                found ->
                    new Seen(new ObjectDetails(found.object(), Map.of()), false, found.etag()));
    return new Answer(seen, true, listing.serverTime());
  }
}
