package org.btrfs2s3.core.update;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.btrfs2s3.core.store.RemoteException;

/** Does the same on several remotes at once, so that none waits for another for long. */
final class SideBySide {

  /** How long somebody is waited for who was told to give up. */
  private static final Duration FAREWELL = Duration.ofSeconds(5);

  private final Duration patience;

  /**
   * @param patience for how long one may go on after another has ended well
   */
  SideBySide(Duration patience) {
    this.patience = patience;
  }

  /** What is done on one remote. */
  @FunctionalInterface
  interface Step {
    void run(RemoteUpload upload) throws RemoteException, InterruptedException;
  }

  /** How that ended. */
  sealed interface Ending {
    record Done() implements Ending {}

    record Failed(RemoteException cause) implements Ending {}

    /** It was interrupted, but may still be on its way. */
    record Late() implements Ending {}
  }

  private record Ended(RemoteUpload upload, Ending ending) {}

  /**
   * In the calling thread if there is only one, for whom nobody waits.
   *
   * @return an ending for each, in the same order
   */
  SequencedMap<RemoteUpload, Ending> run(List<RemoteUpload> uploads, Step step)
      throws InterruptedException {
    SequencedMap<RemoteUpload, Ending> endings = new LinkedHashMap<>();
    if (uploads.size() == 1) {
      endings.put(uploads.getFirst(), runHere(uploads.getFirst(), step));
      return endings;
    }
    uploads.forEach(upload -> endings.put(upload, new Ending.Late()));
    // Not closed, which would wait for ever for one that does not heed its interrupt.
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      var running = new ExecutorCompletionService<Ended>(threads);
      uploads.forEach(upload -> running.submit(() -> new Ended(upload, runHere(upload, step))));
      await(running, endings);
    } finally {
      threads.shutdownNow();
      threads.awaitTermination(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
    }
    return endings;
  }

  private static Ending runHere(RemoteUpload upload, Step step) throws InterruptedException {
    try {
      step.run(upload);
      return new Ending.Done();
    } catch (RemoteException e) {
      return new Ending.Failed(e);
    } catch (RuntimeException e) {
      // A defect, or a library's: of this remote, and no reason to stop the others.
      return new Ending.Failed(
          new RemoteException(RemoteException.Kind.REFUSED, "unexpected failure: " + e, e));
    }
  }

  /** Puts down how each ended, until all have or the others were waited for long enough. */
  private void await(CompletionService<Ended> running, Map<RemoteUpload, Ending> endings)
      throws InterruptedException {
    boolean someDone = false;
    long begin = System.nanoTime();
    for (int left = endings.size(); left > 0; left--) {
      var patient = patience.minusNanos(System.nanoTime() - begin).toNanos();
      var next = someDone ? running.poll(patient, TimeUnit.NANOSECONDS) : running.take();
      if (next == null) {
        return;
      }
      var ended = result(next);
      endings.put(ended.upload(), ended.ending());
      if (!someDone && ended.ending() instanceof Ending.Done) {
        someDone = true;
        begin = System.nanoTime();
      }
    }
  }

  private static Ended result(Future<Ended> ended) throws InterruptedException {
    try {
      return ended.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case InterruptedException interruption -> throw interruption;
        case Error error -> throw error;
        case null, default ->
            throw new IllegalStateException("a request failed unexpectedly", e.getCause());
      }
    }
  }
}
