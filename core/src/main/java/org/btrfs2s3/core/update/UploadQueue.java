package org.btrfs2s3.core.update;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.Failure;

/**
 * Executes uploads: one after the other on each remote, the remotes side by side, so that one that
 * is slow or away does not delay the others. Remotes whose turn it is at the same moment, and that
 * need the same stream, share one {@code btrfs send}. Safe for use by several threads.
 */
final class UploadQueue implements AutoCloseable {

  private final RunSession session;
  private final UploadContext context;
  private final Ledger ledger;
  private final StreamEstimates estimates;
  private final UploadHeap heap = new UploadHeap();

  /** A thread for each stream that is under way. */
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().name("upload ", 1).factory());

  /** Guarded by this, like what follows. */
  private final Map<RemoteId, Lane> lanes = new LinkedHashMap<>();

  private boolean closed;

  /** What a remote is to get, in this order. */
  private static final class Lane {
    final Deque<UploadJob> waiting = new ArrayDeque<>();
    boolean busy;
  }

  UploadQueue(RunSession session, UploadContext context, Ledger ledger, StreamEstimates estimates) {
    this.session = session;
    this.context = context;
    this.ledger = ledger;
    this.estimates = estimates;
  }

  /** Queues the uploads of one source, parents first; the futures end when they ended. */
  synchronized List<Future<?>> submit(UUID source, List<Action.Upload> uploads) {
    ledger.planned(source, uploads);
    List<Future<?>> futures = new ArrayList<>();
    for (var upload : uploads) {
      var job = new UploadJob(upload);
      lanes.computeIfAbsent(upload.remote(), _ -> new Lane()).waiting.add(job);
      futures.add(job.ended);
    }
    dispatch();
    return futures;
  }

  static void await(List<Future<?>> futures) throws InterruptedException {
    for (var future : futures) {
      try {
        future.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof InterruptedException interruption) {
          throw interruption;
        }
        throw new IllegalStateException("an upload failed unexpectedly", e.getCause());
      } catch (CancellationException e) {
        throw new InterruptedException("the uploads were stopped");
      }
    }
  }

  /** Starts whatever is next on the remotes that have nothing to do. */
  private synchronized void dispatch() {
    for (var lane : lanes.values()) {
      while (!closed && !lane.busy && !lane.waiting.isEmpty()) {
        start(together(lane.waiting.element()));
      }
    }
  }

  /** The job and those of other idle remotes that need the same stream. */
  private List<UploadJob> together(UploadJob first) {
    List<UploadJob> jobs = new ArrayList<>();
    for (var lane : lanes.values()) {
      var next = lane.busy ? null : lane.waiting.peek();
      if (next != null && (next == first || mayShare(first, next))) {
        lane.waiting.remove();
        lane.busy = true;
        jobs.add(next);
      }
    }
    return jobs;
  }

  private boolean mayShare(UploadJob one, UploadJob other) {
    return !one.alone
        && !other.alone
        && SentSnapshot.of(one.upload.identity()).equals(SentSnapshot.of(other.upload.identity()))
        && options(one).sendOptions().equals(options(other).sendOptions())
        && Objects.equals(options(one).segmentBytes(), options(other).segmentBytes())
        && Objects.equals(options(one).bytesPerSecond(), options(other).bytesPerSecond())
        && encodes(one) == encodes(other)
        && !hasBegun(one)
        && !hasBegun(other);
  }

  private UploadOptions options(UploadJob job) {
    return target(job).upload();
  }

  private boolean encodes(UploadJob job) {
    return target(job).encoding().isSegmentable();
  }

  private TargetSetup target(UploadJob job) {
    return session.session(job.upload.source()).target(job.remote());
  }

  /** Whether there is something to resume, which each remote does by itself. */
  private boolean hasBegun(UploadJob job) {
    return !session.remote(job.remote()).unfinished(job.upload.identity()).isEmpty();
  }

  private void start(List<UploadJob> jobs) {
    var turn = new UploadTurn(jobs, ledger, estimates, this::makeWay);
    try {
      threads.execute(() -> run(turn));
    } catch (RejectedExecutionException e) {
      turn.cancel();
    }
  }

  private void run(UploadTurn turn) {
    try {
      var ready = turn.ready();
      turn.settled();
      if (!ready.isEmpty()) {
        send(ready, turn);
      }
    } catch (InterruptedException e) {
      turn.cancel();
    } catch (RuntimeException e) {
      // A defect: what else is to be uploaded goes on.
      turn.fail(new Failure(Failure.Kind.LOCAL, "unexpected failure: " + e));
    } catch (Error e) {
      turn.breakOff(e);
    } finally {
      turn.settled();
    }
  }

  private void send(List<UploadJob> jobs, UploadTurn turn) throws InterruptedException {
    var first = jobs.getFirst();
    var source = session.session(first.upload.source());
    long estimate = estimates.of(first.upload);
    var uploads =
        jobs.stream()
            .map(job -> new RemoteUpload(context, source, session.remote(job.remote()), job.upload))
            .toList();
    try (var memory = heap.lease(uploads, estimate)) {
      turn.holds(memory);
      new SharedUpload(context, source, uploads, estimate, turn).run(first.alone);
    }
  }

  /** Jobs have had their turn; the next ones of all their remotes begin at the same moment. */
  private synchronized void makeWay(List<UploadJob> over, List<UploadJob> again) {
    over.forEach(job -> lane(job).busy = false);
    for (var job : again) {
      job.alone = true;
      lane(job).busy = false;
      if (closed) {
        job.ended.cancel(false);
      } else {
        lane(job).waiting.addFirst(job);
      }
    }
    dispatch();
  }

  private Lane lane(UploadJob job) {
    return Objects.requireNonNull(lanes.get(job.remote()));
  }

  /** Interrupts what is under way and waits for its end. */
  @Override
  public void close() {
    List<UploadJob> dropped = new ArrayList<>();
    synchronized (this) {
      closed = true;
      lanes.values().forEach(lane -> dropped.addAll(lane.waiting));
    }
    dropped.forEach(job -> job.ended.cancel(false));
    threads.shutdownNow();
    threads.close();
  }
}
