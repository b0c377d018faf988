package org.btrfs2s3.core.update;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.btrfs2s3.core.btrfs.SendMode;
import org.btrfs2s3.core.pipeline.Fanout;
import org.btrfs2s3.core.pipeline.Pipeline;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.sendstream.SizeEstimate;
import org.btrfs2s3.core.store.RemoteException;
import org.jspecify.annotations.Nullable;

/**
 * Executes uploads: one after the other on each remote, the remotes side by side, so that one that
 * is slow or away does not delay the others. Remotes whose turn it is at the same moment, and that
 * need the same stream, share one {@code btrfs send}.
 */
final class UploadQueue implements AutoCloseable {

  private static final int MIB = 1 << 20;

  /** For the program itself, its listings and plans, in MiB; the launcher reckons with it too. */
  private static final int RESERVED = 96;

  private final RunSession session;
  private final UploadContext context;
  private final Ledger ledger;

  /**
   * MiB of heap for the buffers of the uploads that are under way, however many remotes there are.
   */
  private final int budget =
      (int)
          Math.max(
              1, Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / MIB) - RESERVED);

  private final Semaphore memory = new Semaphore(budget, true);

  /** A thread for each stream that is under way. */
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().name("upload ", 1).factory());

  /** Guarded by this, like what follows. */
  private final Map<RemoteId, Lane> lanes = new LinkedHashMap<>();

  private boolean closed;

  /** Guarded by itself, because to measure may take minutes. */
  private final Map<Sent, Long> estimates = new HashMap<>();

  private record Sent(UUID snapshot, @Nullable UUID parent) {}

  /** What a remote is to get, in this order. */
  private static final class Lane {
    final Deque<Job> waiting = new ArrayDeque<>();
    boolean busy;
  }

  /** An upload of the queue, and its end. */
  private static final class Job {
    final Action.Upload upload;
    final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    /** Set when it could not keep up with others. */
    boolean alone;

    Job(Action.Upload upload) {
      this.upload = upload;
    }
  }

  UploadQueue(RunSession session, UploadContext context, Ledger ledger) {
    this.session = session;
    this.context = context;
    this.ledger = ledger;
  }

  /** Sum of the estimated sizes in bytes of a source's uploads; decides who comes first. */
  long estimate(List<Action.Upload> uploads) throws InterruptedException {
    long sum = 0;
    for (var upload : uploads) {
      sum += estimate(upload);
    }
    return sum;
  }

  /** Queues the uploads of one source, parents first; the futures end when they ended. */
  synchronized List<Future<?>> submit(UUID source, List<Action.Upload> uploads) {
    ledger.planned(source, uploads);
    List<Future<?>> futures = new ArrayList<>();
    for (var upload : uploads) {
      var job = new Job(upload);
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
  private List<Job> together(Job first) {
    List<Job> jobs = new ArrayList<>();
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

  private boolean mayShare(Job one, Job other) {
    return !one.alone
        && !other.alone
        && sent(one.upload).equals(sent(other.upload))
        && options(one).sendOptions().equals(options(other).sendOptions())
        && Objects.equals(options(one).segmentBytes(), options(other).segmentBytes())
        && Objects.equals(options(one).bytesPerSecond(), options(other).bytesPerSecond())
        && encodes(one) == encodes(other)
        && !hasBegun(one)
        && !hasBegun(other);
  }

  private UploadOptions options(Job job) {
    return target(job).upload();
  }

  private boolean encodes(Job job) {
    return target(job).encoding().isSegmentable();
  }

  private TargetSetup target(Job job) {
    return session.session(job.upload.source()).target(job.upload.remote());
  }

  /** Whether there is something to resume, which each remote does by itself. */
  private boolean hasBegun(Job job) {
    return !session.remote(job.upload.remote()).unfinished(job.upload.identity()).isEmpty();
  }

  private void start(List<Job> jobs) {
    var turn = new Turn(jobs);
    try {
      threads.execute(() -> run(turn));
    } catch (RejectedExecutionException e) {
      turn.cancel();
    }
  }

  private void run(Turn turn) {
    try {
      var ready = turn.jobs.stream().filter(job -> mayStart(job, turn)).toList();
      turn.settle();
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
      turn.settle();
    }
  }

  private boolean mayStart(Job job, Turn turn) {
    var parent = job.upload.after();
    if (parent == null || ledger.isCommitted(parent)) {
      return true;
    }
    ledger.skipped(job.upload, "its send parent " + parent.snapshot() + " was not uploaded");
    turn.end(job);
    return false;
  }

  private void send(List<Job> jobs, Turn turn) throws InterruptedException {
    var first = jobs.getFirst();
    var source = session.session(first.upload.source());
    long estimate = estimate(first.upload);
    Map<RemoteUpload, Job> uploads = new LinkedHashMap<>();
    for (var job : jobs) {
      var remote = session.remote(job.upload.remote());
      uploads.put(new RemoteUpload(context, source, remote, job.upload), job);
    }
    reserveMemory(turn, uploads, estimate);
    try {
      new SharedUpload(
              context,
              source,
              List.copyOf(uploads.keySet()),
              estimate,
              new Endings(uploads, source, turn))
          .run(first.alone);
    } finally {
      memory.release(turn.reserved);
      turn.reserved = 0;
    }
  }

  /** In MiB; uploads that need more than there is run alone. */
  private void reserveMemory(Turn turn, Map<RemoteUpload, Job> uploads, long estimate)
      throws InterruptedException {
    long needed =
        mebibytes(
            Fanout.memoryBound(uploads.keySet().stream().map(RemoteUpload::encoding).toList()));
    for (var upload : uploads.entrySet()) {
      int share = memoryOf(upload.getKey(), estimate);
      turn.shares.put(upload.getValue(), share);
      needed += share;
    }
    int reserved = (int) Math.min(budget, needed);
    memory.acquire(reserved);
    turn.reserved = reserved;
  }

  private static int mebibytes(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE / 2, bytes / MIB + 1);
  }

  /**
   * The turn of jobs that run together, for the thread that runs them. Those that end at the same
   * moment make way for their next ones at the same moment, so that these run together again.
   */
  private final class Turn {

    private final List<Job> jobs;

    /** Those of which it is not known yet what becomes of them. */
    private final Set<Job> open;

    private final List<Job> over = new ArrayList<>();
    private final List<Job> again = new ArrayList<>();

    /** MiB of the parts of each upload. */
    private final Map<Job, Integer> shares = new HashMap<>();

    /** MiB that are held for those that are open, and for what they share. */
    private int reserved;

    Turn(List<Job> jobs) {
      this.jobs = List.copyOf(jobs);
      this.open = new LinkedHashSet<>(jobs);
    }

    void end(Job job) {
      if (open.remove(job)) {
        over.add(job);
      }
    }

    void tryAgain(Job job) {
      if (open.remove(job)) {
        again.add(job);
      }
    }

    void fail(Failure failure) {
      for (var job : List.copyOf(open)) {
        ledger.failed(job.upload, failure);
        end(job);
      }
    }

    void breakOff(Error error) {
      open.forEach(job -> job.ended.completeExceptionally(error));
      over.addAll(open);
      open.clear();
    }

    void cancel() {
      open.forEach(job -> job.ended.cancel(false));
      over.addAll(open);
      open.clear();
    }

    /** The memory of those that left is for others, while the rest goes on, for weeks perhaps. */
    private void giveBack(Job job) {
      int share = Math.min(shares.getOrDefault(job, 0), reserved);
      shares.remove(job);
      reserved -= share;
      memory.release(share);
    }

    void settle() {
      over.forEach(this::giveBack);
      again.forEach(this::giveBack);
      synchronized (UploadQueue.this) {
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
        again.clear();
        dispatch();
      }
      over.forEach(job -> job.ended.complete(null));
      over.clear();
    }
  }

  private final class Endings implements SharedUpload.Outcomes {

    private final Map<RemoteUpload, Job> jobs;
    private final SourceSession source;
    private final Turn turn;

    Endings(Map<RemoteUpload, Job> jobs, SourceSession source, Turn turn) {
      this.jobs = Map.copyOf(jobs);
      this.source = source;
      this.turn = turn;
    }

    private Job job(RemoteUpload upload) {
      return Objects.requireNonNull(jobs.get(upload));
    }

    @Override
    public void committed(RemoteUpload upload) {
      ledger.done(upload.action());
      turn.end(job(upload));
    }

    @Override
    public void failed(RemoteUpload upload, Failure failure) {
      ledger.failed(upload.action(), failure);
      if (failure.kind() == Failure.Kind.SNAPSHOT) {
        source.sendFailed(unreadable(source, upload.action()), failure.message());
      }
      turn.end(job(upload));
    }

    @Override
    public void leftBehind(RemoteUpload upload, String reason) {
      ledger.tell(new UpdateEvent.UploadLeftBehind(upload.action(), reason));
      turn.tryAgain(job(upload));
    }

    @Override
    public void settled() {
      turn.settle();
    }
  }

  private Lane lane(Job job) {
    return Objects.requireNonNull(lanes.get(job.upload.remote()));
  }

  /**
   * Whose fault it was that a snapshot could not be sent: its send parent's, if that cannot be sent
   * either. Of the parent a differential send reads the metadata only, and so does this.
   */
  private UUID unreadable(SourceSession source, Action.Upload upload) {
    var parent = upload.identity().sendParent();
    if (parent != null) {
      try {
        measure(source, new Sent(parent, null));
      } catch (IOException _) {
        return parent;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return upload.identity().uuid();
  }

  /** MiB of its parts. */
  private static int memoryOf(RemoteUpload upload, long estimate) throws InterruptedException {
    var segment = SharedUpload.segmentBytes(upload, estimate);
    try {
      return mebibytes(upload.store().uploadMemory(segment == null ? estimate : segment));
    } catch (RemoteException _) {
      return 0; // The upload runs into the same error and reports it.
    }
  }

  private static Sent sent(Action.Upload upload) {
    return new Sent(upload.identity().uuid(), upload.identity().sendParent());
  }

  /**
   * In bytes of the send stream; 0 if that cannot be found out, because the send itself will tell.
   */
  private long estimate(Action.Upload upload) throws InterruptedException {
    var sent = sent(upload);
    synchronized (estimates) {
      var known = estimates.get(sent);
      if (known != null) {
        return known;
      }
      long bytes = SharedUpload.UNKNOWN;
      try {
        bytes = measure(session.session(upload.source()), sent);
      } catch (IOException _) {
        // The upload runs into the same error and reports it.
      }
      if (bytes != SharedUpload.UNKNOWN) {
        estimates.put(sent, bytes);
      }
      return bytes;
    }
  }

  private long measure(SourceSession source, Sent sent) throws IOException, InterruptedException {
    var entry = source.requireUsable(sent.snapshot());
    var parent = sent.parent() == null ? null : source.requireUsable(sent.parent()).name();
    try (InputStream stream =
        context.btrfs().send(source.setup().snapshots(), entry.name(), parent, SendMode.NO_DATA)) {
      var estimate = new SizeEstimate();
      Pipeline.run(stream, List.of(), estimate::update);
      return estimate.finish();
    }
  }

  /** Interrupts what is under way and waits for its end. */
  @Override
  public void close() {
    List<Job> dropped = new ArrayList<>();
    synchronized (this) {
      closed = true;
      lanes.values().forEach(lane -> dropped.addAll(lane.waiting));
    }
    dropped.forEach(job -> job.ended.cancel(false));
    threads.shutdownNow();
    threads.close();
  }
}
