package org.btrfs2s3.s3;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.btrfs2s3.core.store.Archive;
import org.btrfs2s3.core.store.ColdStorage;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.ObjectState;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.btrfs2s3.core.store.RetrievalTier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.Tier;

/**
 * The storage classes of S3 whose objects are frozen. GLACIER_IR is none of them: it is read at
 * once, in spite of its name. Safe for all threads.
 */
final class S3ColdStorage implements ColdStorage {

  private static final String INTELLIGENT_TIERING = "INTELLIGENT_TIERING";
  private static final Pattern ONGOING = Pattern.compile("ongoing-request=\"?true");
  private static final Pattern EXPIRY = Pattern.compile("expiry-date=\"([^\"]+)\"");

  private final S3Bucket bucket;

  S3ColdStorage(S3Bucket bucket) {
    this.bucket = bucket;
  }

  @Override
  public boolean mayBeFrozen(@Nullable String storageClass) {
    return INTELLIGENT_TIERING.equals(storageClass) || archive(storageClass) != null;
  }

  @Override
  public ObjectState state(ObjectKey key) throws RemoteException, InterruptedException {
    var head = bucket.head(key);
    if (head.isEmpty()) {
      throw new RemoteException(
          Kind.NOT_FOUND,
          "cannot look at " + bucket.settings().location(key) + ": there is no such object");
    }
    var state = state(head.get());
    return state instanceof ObjectState.Frozen && isReadAllTheSame(key)
        ? new ObjectState.Available(null)
        : state;
  }

  private static ObjectState state(HeadObjectResponse head) {
    var name = head.storageClassAsString();
    var archive = archive(INTELLIGENT_TIERING.equals(name) ? head.archiveStatusAsString() : name);
    if (archive == null) {
      return new ObjectState.Available(null);
    }
    var restore = head.restore();
    if (restore != null && ONGOING.matcher(restore).find()) {
      return new ObjectState.Thawing(archive);
    }
    // What has left an archive for good has no status of it any more.
    return restore == null || archive.isLeftForGood()
        ? new ObjectState.Frozen(archive)
        : new ObjectState.Available(expiry(restore));
  }

  private static @Nullable Archive archive(@Nullable String name) {
    return switch (name) {
      case "GLACIER" -> Archive.GLACIER;
      case "DEEP_ARCHIVE" -> Archive.DEEP_ARCHIVE;
      case "ARCHIVE_ACCESS" -> Archive.ARCHIVE_ACCESS;
      case "DEEP_ARCHIVE_ACCESS" -> Archive.DEEP_ARCHIVE_ACCESS;
      case null, default -> null;
    };
  }

  private static @Nullable Instant expiry(String restore) {
    var date = EXPIRY.matcher(restore);
    if (!date.find()) {
      return null;
    }
    try {
      return ZonedDateTime.parse(date.group(1), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException _) {
      // It is only told to people.
      return null;
    }
  }

  /**
   * Whoever runs a server of his own may give any class the name of an archive. Only trying tells,
   * then.
   */
  private boolean isReadAllTheSame(ObjectKey key) throws RemoteException, InterruptedException {
    if (bucket.settings().endpoint().isAws()) {
      return false;
    }
    try {
      var answer =
          bucket
              .requests()
              .send(
                  "read " + bucket.settings().location(key),
                  () -> bucket.get(key, "bytes=0-0", null));
      // Not every server knows ranges.
      answer.abort();
      return true;
    } catch (RemoteException e) {
      if (e.kind() == Kind.FROZEN) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void thaw(ObjectKey key, Archive archive, RetrievalTier tier, int days)
      throws RemoteException, InterruptedException {
    if (!archive.offers(tier)) {
      throw new RemoteException(
          Kind.REFUSED,
          "cannot thaw %s: %s has no tier %s"
              .formatted(bucket.settings().location(key), archive, tier));
    }
    try {
      bucket.thaw(key, tier(tier), archive.isLeftForGood() ? null : days);
    } catch (RemoteException e) {
      if (e.kind() != Kind.DENIED) {
        throw e;
      }
      throw new RemoteException(
          Kind.DENIED, e.getMessage() + "; this takes the permission s3:RestoreObject", e);
    }
  }

  private static Tier tier(RetrievalTier tier) {
    return switch (tier) {
      case EXPEDITED -> Tier.EXPEDITED;
      case STANDARD -> Tier.STANDARD;
      case BULK -> Tier.BULK;
    };
  }
}
