package org.btrfs2s3.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * The bytes of an object from an offset on, counted: the end is reported only when all that was
 * promised came. An answer that breaks off is asked for again from where it broke off, as long as
 * the object is the same by its ETag; without an ETag, that is a failure.
 */
final class ObjectStream extends InputStream {

  private final S3Bucket bucket;
  private final ObjectKey key;
  private final @Nullable String etag;

  /** Offset of the first byte after the last. */
  private final long end;

  private ResponseInputStream<GetObjectResponse> response;
  private final Retries.Repetition repetition;

  /** Offset of the next byte. */
  private long position;

  private ObjectStream(
      S3Bucket bucket,
      ObjectKey key,
      long offset,
      ResponseInputStream<GetObjectResponse> response,
      Retries.Repetition repetition)
      throws RemoteException {
    this.bucket = bucket;
    this.key = key;
    this.etag = response.response().eTag();
    this.position = offset;
    this.end = offset + length(response.response());
    this.response = response;
    this.repetition = repetition;
  }

  /**
   * Opens an object.
   *
   * @return null if the offset is not within the object
   */
  static @Nullable ObjectStream open(S3Bucket bucket, ObjectKey key, long offset)
      throws RemoteException, InterruptedException {
    var repetition = bucket.retries().begin();
    while (true) {
      try {
        // No range for the whole: an empty object has none.
        var range = offset == 0 ? null : from(offset);
        return opened(
            bucket, key, offset, bucket.requests().sendOnce(() -> bucket.get(key, range, null)));
      } catch (SdkException e) {
        if (S3Errors.isRangeBeyondEnd(e)) {
          return null;
        }
        Requests.pauseOrThrow("read " + bucket.settings().location(key), e, repetition);
      }
    }
  }

  private static ObjectStream opened(
      S3Bucket bucket, ObjectKey key, long offset, ResponseInputStream<GetObjectResponse> response)
      throws RemoteException {
    try {
      requireRange(bucket, key, offset, response.response());
      return new ObjectStream(bucket, key, offset, response, bucket.retries().begin());
    } catch (RemoteException e) {
      response.abort();
      throw e;
    }
  }

  private static String from(long offset) {
    return "bytes=" + offset + "-";
  }

  private long length(GetObjectResponse answer) throws RemoteException {
    if (answer.contentLength() == null) {
      throw new RemoteException(Kind.REFUSED, location() + " is sent without its length");
    }
    return answer.contentLength();
  }

  /** Some servers answer a range that they do not know with the whole object. */
  private static void requireRange(
      S3Bucket bucket, ObjectKey key, long offset, GetObjectResponse answer)
      throws RemoteException {
    var range = Objects.requireNonNullElse(answer.contentRange(), "bytes 0-");
    if (!range.startsWith("bytes " + offset + "-")) {
      throw new RemoteException(
          Kind.REFUSED,
          bucket.settings().location(key)
              + " cannot be read from byte "
              + offset
              + ": the server sends "
              + range);
    }
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] bytes, int offset, int wanted) throws IOException {
    Objects.checkFromIndexSize(offset, wanted, bytes.length);
    while (true) {
      int got;
      try {
        got = response.read(bytes, offset, wanted);
      } catch (SdkException | IOException e) {
        goOnAfter(e);
        continue;
      }
      if (got >= 0 || position == end) {
        return counted(got);
      }
      goOnAfter(new IOException("the server ended it early"));
    }
  }

  private int counted(int got) {
    if (got > 0) {
      position += got;
      repetition.gotOn();
    }
    return got;
  }

  /** Opens the rest of the object, or throws. */
  private void goOnAfter(Exception cause) throws IOException {
    var failure = failure(cause);
    response.abort();
    if (etag == null || !failure.isTransient()) {
      throw failure;
    }
    try {
      while (true) {
        if (!repetition.pauseAfter(failure)) {
          throw repetition.lastWord(failure);
        }
        try {
          response = rest(etag);
          return;
        } catch (SdkException e) {
          requireUnchanged(e);
          failure = S3Errors.translate("go on reading " + location(), e);
          if (!S3Errors.mayPass(e)) {
            throw failure;
          }
        }
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private ResponseInputStream<GetObjectResponse> rest(String sameObject)
      throws RemoteException, InterruptedException {
    var answer = bucket.requests().sendOnce(() -> bucket.get(key, from(position), sameObject));
    try {
      requireRange(bucket, key, position, answer.response());
      // Not every server knows the condition.
      boolean isSame = sameObject.equals(answer.response().eTag());
      if (!isSame || length(answer.response()) != end - position) {
        throw changed(null);
      }
      return answer;
    } catch (RemoteException e) {
      answer.abort();
      throw e;
    }
  }

  private void requireUnchanged(SdkException failure) throws RemoteException {
    if (S3Errors.isChanged(failure) || S3Errors.isRangeBeyondEnd(failure)) {
      throw changed(failure);
    }
  }

  private RemoteException changed(@Nullable Exception cause) {
    return new RemoteException(
        Kind.INTEGRITY,
        location() + " was replaced while it was read, after " + position + " bytes",
        cause);
  }

  private RemoteException failure(Exception cause) throws InterruptedIOException {
    if (cause instanceof SdkException failure) {
      if (S3Errors.isInterruption(failure)) {
        throw interrupted(failure);
      }
      return S3Errors.translate("read " + location(), failure);
    }
    if (Thread.currentThread().isInterrupted()) {
      throw interrupted(cause);
    }
    return new RemoteException(
        Kind.TRANSIENT,
        "cannot read "
            + location()
            + ": broke off after "
            + position
            + " of "
            + end
            + " bytes: "
            + cause.getMessage(),
        cause);
  }

  private static InterruptedIOException interrupted(Exception cause) {
    var interruption = new InterruptedIOException(cause.getMessage());
    interruption.initCause(cause);
    return interruption;
  }

  private String location() {
    return bucket.settings().location(key);
  }

  /** Before the end the connection is given up, because closing would read all the rest. */
  @Override
  public void close() throws IOException {
    if (position < end) {
      response.abort();
    } else {
      response.close();
    }
  }
}
