package org.btrfs2s3.s3;

import java.util.Optional;
import org.btrfs2s3.core.store.ObjectDetails;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.btrfs2s3.core.store.StoredObject;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Publishes one object, and finds out what became of it when the answer does not say.
 *
 * <p>The answer to the publishing request is never the last word: it may be lost although the
 * object is there, a repetition is then refused because of our own object, and an answer of 200 may
 * hold an error. What counts is what a look-up finds: an object with our upload id in its metadata
 * is ours.
 *
 * <p>Used by one thread.
 */
final class Commit {

  static final String UPLOAD_ID = "btrfs2s3-upload-id";

  /** Publishes, or throws what the SDK throws. */
  interface Request {
    void send();
  }

  private static final int MAX_ATTEMPTS = 5;

  private final S3Bucket bucket;
  private final ObjectKey key;
  private final String uploadId;
  private final long size;
  private boolean undecided;

  /**
   * @param uploadId ours, random, in the metadata that the request sends
   * @param size bytes that were sent
   */
  Commit(S3Bucket bucket, ObjectKey key, String uploadId, long size) {
    this.bucket = bucket;
    this.key = key;
    this.uploadId = uploadId;
    this.size = size;
  }

  /** Whether, after a failure, the object may be there or may still appear: touch nothing then. */
  boolean undecided() {
    return undecided;
  }

  StoredObject publish(Request request) throws RemoteException, InterruptedException {
    requireAbsent(bucket, key);
    for (int attempt = 1; ; attempt++) {
      var failure = send(request);
      if (failure.isEmpty()) {
        return checked();
      }
      var found = lookUp(failure.get());
      if (found.isPresent()) {
        return ours(found.get());
      }
      if (attempt == MAX_ATTEMPTS || !mayBeRepeated(failure.get())) {
        throw outcome(failure.get(), "the object is not there, but may still appear");
      }
      bucket.timing().pauseAfter(attempt);
    }
  }

  /**
   * @throws RemoteException {@code CONFLICT} if the key is taken
   */
  static void requireAbsent(S3Bucket bucket, ObjectKey key)
      throws RemoteException, InterruptedException {
    if (bucket.head(key).isPresent()) {
      throw conflict(bucket, key);
    }
  }

  private Optional<SdkException> send(Request request) throws InterruptedException {
    boolean before = undecided;
    undecided = true;
    try {
      request.send();
      return Optional.empty();
    } catch (SdkException e) {
      S3Bucket.rethrowInterruption(e);
      undecided = before || S3Errors.mayHaveWorked(e);
      return Optional.of(e);
    }
  }

  /** Also an upload that is gone: an earlier attempt may be about to show its effect. */
  private boolean mayBeRepeated(SdkException failure) {
    if (S3Errors.isUploadGone(failure)) {
      return undecided;
    }
    return S3Errors.kind(failure) == Kind.TRANSIENT;
  }

  private Optional<ObjectDetails> lookUp(SdkException failure)
      throws RemoteException, InterruptedException {
    try {
      return bucket.head(key).map(head -> S3Store.details(key, head));
    } catch (RemoteException e) {
      var outcome = outcome(failure, "and the object could not be looked up: " + e.getMessage());
      outcome.addSuppressed(e);
      throw outcome;
    }
  }

  private StoredObject checked() throws RemoteException, InterruptedException {
    Optional<ObjectDetails> found;
    try {
      found = bucket.head(key).map(head -> S3Store.details(key, head));
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
    return ours(found.get());
  }

  private StoredObject ours(ObjectDetails found) throws RemoteException {
    if (!uploadId.equals(found.metadata().get(UPLOAD_ID))) {
      throw conflict(bucket, key);
    }
    var object = found.object();
    if (object.size() != size) {
      throw new RemoteException(
          Kind.INTEGRITY,
          "%s has %d bytes, but %d were sent; it remains there and is no backup: delete it"
              .formatted(location(), object.size(), size));
    }
    undecided = false;
    return object;
  }

  private static RemoteException conflict(S3Bucket bucket, ObjectKey key) {
    return new RemoteException(
        Kind.CONFLICT,
        "another object has the key " + bucket.settings().location(key) + "; it is left as it is");
  }

  private RemoteException translate(SdkException failure) {
    return S3Errors.translate("commit " + location(), failure);
  }

  private RemoteException outcome(SdkException failure, String seen) {
    var answer = translate(failure);
    return undecided
        ? new RemoteException(
            Kind.TRANSIENT, "outcome unknown: " + answer.getMessage() + "; " + seen, failure)
        : answer;
  }

  private String location() {
    return bucket.settings().location(key);
  }
}
