package org.btrfs2s3.core.update;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.btrfs2s3.core.store.RemoteException;

/** Does the same on several remotes at once, so that none waits for another for long. */
final class SideBySide {

  private final Duration patience;

  /**
   * @param patience for how long one may go on after another has ended
   */
  SideBySide(Duration patience) {
    this.patience = patience;
  }

  /** What is done on one remote. */
  interface Step<T> {
    T run(RemoteUpload upload) throws RemoteException, InterruptedException;
  }

  /** How that ended. */
  sealed interface Ending<T> {
    record Done<T>(T result) implements Ending<T> {}

    record Failed<T>(RemoteException cause) implements Ending<T> {}

    /** It was interrupted, but may still be on its way. */
    record Late<T>() implements Ending<T> {}
  }

  /** In the calling thread if there is only one, for whom nobody waits. */
  <T> Map<RemoteUpload, Ending<T>> run(List<RemoteUpload> uploads, Step<T> step)
      throws InterruptedException {
    Map<RemoteUpload, Ending<T>> endings = new HashMap<>();
    if (uploads.size() == 1) {
      endings.put(uploads.getFirst(), runHere(uploads.getFirst(), step));
      return endings;
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Ending<T>>> running = new ArrayList<>();
      for (var upload : uploads) {
        Callable<Ending<T>> task = () -> runHere(upload, step);
        running.add(threads.submit(task));
      }
      try {
        for (int i = 0; i < uploads.size(); i++) {
          endings.put(uploads.get(i), await(running.get(i)));
        }
      } finally {
        threads.shutdownNow();
      }
    }
    return endings;
  }

  private static <T> Ending<T> runHere(RemoteUpload upload, Step<T> step)
      throws InterruptedException {
    try {
      return new Ending.Done<>(step.run(upload));
    } catch (RemoteException e) {
      return new Ending.Failed<>(e);
    }
  }

  private <T> Ending<T> await(Future<Ending<T>> running) throws InterruptedException {
    try {
      return running.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      running.cancel(true);
      return new Ending.Late<>();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InterruptedException interruption) {
        throw interruption;
      }
      throw new IllegalStateException("a request failed unexpectedly", e.getCause());
    }
  }
}
