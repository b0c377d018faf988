package org.btrfs2s3.s3;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.btrfs2s3.core.store.RemoteException;

/**
 * Lets a request that makes something on the server come to its answer although the calling thread
 * is interrupted: without the answer nobody could remove what it made.
 */
final class Unbroken {

  /** Longer than a healthy server takes to answer, shorter than a person waits after Ctrl-C. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private Unbroken() {}

  /** A request, or several until one succeeds. */
  interface Request<T> {
    T send() throws RemoteException, InterruptedException;
  }

  /**
   * Sends a request from a thread of its own. After an interrupt the answer is waited for a little
   * longer; if it comes, this returns it, with the thread's interrupt flag set.
   *
   * @throws InterruptedException if it did not come
   */
  static <T> T send(Request<T> request) throws RemoteException, InterruptedException {
    var answer = new CompletableFuture<T>();
    var thread =
        Thread.startVirtualThread(
            () -> {
              try {
                answer.complete(request.send());
              } catch (Throwable e) {
                answer.completeExceptionally(e);
              }
            });
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw failure(e);
    } catch (InterruptedException e) {
      return late(answer, thread, e);
    }
  }

  private static <T> T late(
      CompletableFuture<T> answer, Thread thread, InterruptedException interruption)
      throws RemoteException, InterruptedException {
    try {
      T late = answer.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
      Thread.currentThread().interrupt();
      return late;
    } catch (TimeoutException e) {
      thread.interrupt();
      throw interruption;
    } catch (ExecutionException e) {
      throw interruption;
    }
  }

  private static RemoteException failure(ExecutionException e) throws InterruptedException {
    switch (e.getCause()) {
      case RemoteException failure -> {
        return failure;
      }
      case InterruptedException interruption -> throw interruption;
      case RuntimeException defect -> throw defect;
      case Error error -> throw error;
      case null, default -> throw new IllegalStateException(e.getCause());
    }
  }
}
