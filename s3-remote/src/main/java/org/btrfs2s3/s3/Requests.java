package org.btrfs2s3.s3;

import java.time.Duration;
import java.util.function.Supplier;
import org.btrfs2s3.core.store.RemoteException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Sends the requests to one remote, and is the one place that repeats them. Safe for all threads.
 */
final class Requests {

  /** No bound but that of the policy. */
  static final Duration AS_LONG_AS_ALLOWED = Duration.ofSeconds(Long.MAX_VALUE);

  private final Retries retries;
  private final Congestion congestion = new Congestion();

  Requests(Retries retries) {
    this.retries = retries;
  }

  Retries retries() {
    return retries;
  }

  /**
   * Sends a request until it works.
   *
   * @param attempted what is tried on what, such as {@code list s3://bucket/prefix}
   */
  <T> T send(String attempted, Supplier<T> request) throws RemoteException, InterruptedException {
    return send(attempted, AS_LONG_AS_ALLOWED, request);
  }

  /**
   * Sends a request until it works.
   *
   * @param patience after how long from now on it is not sent again, if that is less than the
   *     policy allows it to go on failing
   */
  <T> T send(String attempted, Duration patience, Supplier<T> request)
      throws RemoteException, InterruptedException {
    var repetition = retries.within(patience);
    while (true) {
      try {
        return sendOnce(request);
      } catch (SdkException e) {
        pauseOrThrow(attempted, e, repetition);
      }
    }
  }

  /** Sends a part until it arrives, never more of them at once than the remote can bear. */
  <T> T sendPart(String attempted, Supplier<T> request)
      throws RemoteException, InterruptedException {
    var repetition = retries.begin();
    while (true) {
      try (var _ = congestion.enter()) {
        var answer = sendOnce(request);
        congestion.success();
        return answer;
      } catch (SdkException e) {
        // It is not on its way during the pause: others can be.
        pauseOrThrow(attempted, e, repetition);
      }
    }
  }

  /**
   * Sends a request once. What a busy server says is taken to heart.
   *
   * @throws SdkException if it failed
   */
  <T> T sendOnce(Supplier<T> request) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    long begun = congestion.moment();
    try {
      var answer = request.get();
      retries.answered();
      return answer;
    } catch (SdkException e) {
      if (e instanceof AwsServiceException) {
        retries.answered();
      }
      rethrowInterruption(e);
      if (S3Errors.isSignOfCongestion(e)) {
        congestion.complaint(begun);
      }
      throw e;
    }
  }

  /**
   * Waits until a request may be repeated.
   *
   * @throws RemoteException if that is of no use, or was tried long enough
   */
  static void pauseOrThrow(String attempted, SdkException failure, Retries.Repetition repetition)
      throws RemoteException, InterruptedException {
    var translated = S3Errors.translate(attempted, failure);
    if (S3Errors.isClockSkew(failure) && repetition.mayRepeatAtOnce()) {
      // The SDK has set its clock by the answer.
      return;
    }
    boolean isWrongProtocol = S3Errors.isPlainText(failure) && repetition.isFirstContact();
    if (isWrongProtocol || !S3Errors.mayPass(failure)) {
      throw translated;
    }
    if (!repetition.pauseAfter(translated)) {
      throw repetition.lastWord(translated);
    }
  }

  /** The SDK leaves the thread's flag up in some cases and down in others. */
  private static void rethrowInterruption(SdkException failure) throws InterruptedException {
    if (S3Errors.isInterruption(failure)) {
      Thread.interrupted();
      var interruption = new InterruptedException(failure.getMessage());
      interruption.initCause(failure);
      throw interruption;
    }
  }
}
