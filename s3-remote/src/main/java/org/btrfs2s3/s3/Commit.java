package org.btrfs2s3.s3;

import java.time.Instant;
import java.util.Optional;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.btrfs2s3.core.store.StoredObject;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Publishes one object, and finds out what became of it when the answer does not say.
 *
 * <p>The answer to the publishing request is never the last word: it may be lost although the
 * object is there, a repetition is then refused because of our own object, and an answer of 200 may
 * hold an error. What counts is what a look-up finds: an object with our upload id in its metadata
 * is ours.
 *
 * <p>Where only a listing may be looked at, which has no metadata, an object of our key and size is
 * ours if it has the ETag that the server answered us, or else the one that our parts make in the
 * usual form: then it has our bytes, whoever wrote it. If it has another ETag of that form, nobody
 * can say, and nothing is claimed. If its ETag tells nothing, it is ours if it was not last
 * modified before we began, when the key was free. That assumes that the remote's clock does not go
 * backwards, and that only backups of the snapshot that the key names are written under it.
 *
 * <p>Used by one thread.
 */
final class Commit {

  static final String UPLOAD_ID = "btrfs2s3-upload-id";

  private final S3Bucket bucket;
  private final KeyLookup lookup;
  private final ObjectKey key;
  private final String uploadId;
  private final long size;
  private final @Nullable Instant begun;
  private final boolean replaces;
  private @Nullable String answeredETag;
  private boolean undecided;

  /**
   * @param uploadId ours, random, in the metadata that the request sends
   * @param size bytes that were sent
   * @param begun when the key was free, by the remote's clock; null if that is not known
   * @param replaces whether another object may have the key, and gives way
   */
  Commit(
      S3Bucket bucket,
      KeyLookup lookup,
      ObjectKey key,
      String uploadId,
      long size,
      @Nullable Instant begun,
      boolean replaces) {
    this.bucket = bucket;
    this.lookup = lookup;
    this.key = key;
    this.uploadId = uploadId;
    this.size = size;
    this.begun = begun;
    this.replaces = replaces;
  }

  /** Whether, after a failure, the object may be there or may still appear: touch nothing then. */
  boolean undecided() {
    return undecided;
  }

  StoredObject publish(Publication publication) throws RemoteException, InterruptedException {
    if (!replaces) {
      lookup.requireAbsent(key);
    }
    var repetition = bucket.retries().begin();
    // An upload that is gone does not come back; only the effect of an earlier attempt may.
    var waitForEffect = bucket.retries().begin(Retries.BRIEF);
    while (true) {
      var failure = send(publication);
      if (failure.isEmpty()) {
        return checked(publication);
      }
      var found = lookUp(failure.get());
      if (found.isPresent()) {
        return ours(found.get(), publication);
      }
      var patience = S3Errors.isUploadGone(failure.get()) ? waitForEffect : repetition;
      if (!mayBeRepeated(failure.get()) || !patience.pauseAfter(translate(failure.get()))) {
        throw outcome(failure.get(), "the object is not there, but may still appear");
      }
    }
  }

  private Optional<SdkException> send(Publication publication) throws InterruptedException {
    boolean before = undecided;
    undecided = true;
    try {
      answeredETag = bucket.requests().sendOnce(() -> ETags.plain(publication.send(bucket)));
      return Optional.empty();
    } catch (SdkException e) {
      undecided = before || S3Errors.mayHaveWorked(e);
      return Optional.of(e);
    }
  }

  /**
   * Whether that may help although no object is there. Also if the upload is gone or the server
   * says that there is an object: an earlier attempt may be about to show its effect.
   */
  private boolean mayBeRepeated(SdkException failure) {
    if (S3Errors.isUploadGone(failure) || S3Errors.isPreconditionFailed(failure)) {
      return undecided;
    }
    return S3Errors.isConflictInPassing(failure) || S3Errors.mayPass(failure);
  }

  private Optional<KeyLookup.Seen> lookUp(SdkException failure)
      throws RemoteException, InterruptedException {
    try {
      var found = lookup.find(key).seen();
      // What is to be replaced is still there: as good as nothing.
      return replaces && found.isPresent() && isPredecessor(found.get()) ? Optional.empty() : found;
    } catch (RemoteException e) {
      var outcome = outcome(failure, "and the object could not be looked up: " + e.getMessage());
      outcome.addSuppressed(e);
      throw outcome;
    }
  }

  /** Where a listing alone can be looked at, nobody can say. */
  private boolean isPredecessor(KeyLookup.Seen found) {
    return found.isWhole() && !uploadId.equals(found.details().metadata().get(UPLOAD_ID));
  }

  private StoredObject checked(Publication publication)
      throws RemoteException, InterruptedException {
    Optional<KeyLookup.Seen> found;
    try {
      found = lookup.find(key).seen();
    } catch (RemoteException e) {
      throw new RemoteException(
          e.kind(),
          "outcome unknown: "
              + location()
              + " was acknowledged, but could not be looked up afterwards: "
              + e.getMessage(),
          e);
    }
    if (found.isEmpty()) {
      throw new RemoteException(
          Kind.INTEGRITY, location() + " was acknowledged, but is not there: outcome unknown");
    }
    return ours(found.get(), publication);
  }

  private StoredObject ours(KeyLookup.Seen found, Publication publication) throws RemoteException {
    boolean isOurs =
        found.isWhole()
            ? uploadId.equals(found.details().metadata().get(UPLOAD_ID))
            : isOursByListing(found, publication);
    if (!isOurs) {
      throw new RemoteException(
          Kind.CONFLICT, "another object has the key " + location() + "; it is left as it is");
    }
    var object = found.details().object();
    if (object.size() != size) {
      throw new RemoteException(
          Kind.INTEGRITY,
          "%s has %d bytes, but %d were sent; it remains there and is no backup: delete it"
              .formatted(location(), object.size(), size));
    }
    undecided = false;
    return object;
  }

  /**
   * @throws RemoteException if nobody can say
   */
  private boolean isOursByListing(KeyLookup.Seen found, Publication publication)
      throws RemoteException {
    var object = found.details().object();
    var etag = ETags.plain(found.etag());
    if (answeredETag != null && etag != null) {
      return requireSame(answeredETag, etag);
    }
    if (!undecided || object.size() != size) {
      return false;
    }
    var usual = publication.usualETag();
    if (usual != null && etag != null && ETags.isUsual(etag)) {
      return requireSame(usual, etag);
    }
    if (begun == null || object.lastModified().isBefore(begun)) {
      throw undecidable();
    }
    return true;
  }

  private boolean requireSame(String expected, String etag) throws RemoteException {
    if (!expected.equals(etag)) {
      throw undecidable();
    }
    return true;
  }

  private RemoteException undecidable() {
    return new RemoteException(
        Kind.TRANSIENT,
        "outcome unknown: "
            + location()
            + " is there, but without the permission to read it (GetObject) nobody can say"
            + " whether it is what was sent; it is left as it is");
  }

  private RemoteException translate(SdkException failure) {
    return S3Errors.translate("commit " + location(), failure);
  }

  private RemoteException outcome(SdkException failure, String seen) {
    var answer = translate(failure);
    if (undecided) {
      return new RemoteException(
          Kind.TRANSIENT, "outcome unknown: " + answer.getMessage() + "; " + seen, failure);
    }
    // No other object was seen, which is what CONFLICT means.
    return S3Errors.isConflictInPassing(failure)
        ? new RemoteException(Kind.TRANSIENT, answer.getMessage() + "; " + seen, failure)
        : answer;
  }

  private String location() {
    return bucket.settings().location(key);
  }
}
