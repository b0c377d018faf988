package org.btrfs2s3.core.update;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.btrfs2s3.core.btrfs.SendMode;
import org.btrfs2s3.core.pipeline.Pipeline;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.sendstream.SizeEstimate;
import org.btrfs2s3.core.store.RemoteException;
import org.jspecify.annotations.Nullable;

/**
 * Executes uploads: one after the other on each remote, the remotes side by side, so that one that
 * is slow or away does not delay the others.
 */
final class UploadQueue implements AutoCloseable {

  private static final int MIB = 1 << 20;

  /** For the program itself, its listings and plans, in MiB. */
  private static final int RESERVED = 192;

  private final RunSession session;
  private final UploadContext context;
  private final Ledger ledger;
  private final Map<RemoteId, ExecutorService> lanes = new HashMap<>();
  private final Map<Sent, Long> estimates = new HashMap<>();

  /**
   * MiB of heap for the buffers of the uploads that are under way, however many remotes there are.
   */
  private final int budget =
      (int)
          Math.max(
              1, Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / MIB) - RESERVED);

  private final Semaphore memory = new Semaphore(budget, true);

  private record Sent(UUID snapshot, @Nullable UUID parent) {}

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
    var byRemote = uploads.stream().collect(Collectors.groupingBy(Action.Upload::remote));
    List<Future<?>> futures = new ArrayList<>();
    byRemote.forEach((remote, ofRemote) -> futures.add(lane(remote).submit(() -> run(ofRemote))));
    return futures;
  }

  static void await(List<Future<?>> futures) throws InterruptedException {
    for (var future : futures) {
      try {
        future.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("an upload failed unexpectedly", e.getCause());
      }
    }
  }

  private ExecutorService lane(RemoteId remote) {
    return lanes.computeIfAbsent(
        remote,
        id ->
            Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("uploads to " + id).factory()));
  }

  private @Nullable Void run(List<Action.Upload> uploads) throws InterruptedException {
    for (var upload : uploads) {
      run(upload);
    }
    return null;
  }

  private void run(Action.Upload upload) throws InterruptedException {
    var parent = upload.after();
    if (parent != null && !ledger.isCommitted(parent)) {
      ledger.skipped(upload, "its send parent " + parent.snapshot() + " was not uploaded");
      return;
    }
    var source = session.session(upload.source());
    var failure = send(upload, source);
    if (failure.isEmpty()) {
      ledger.done(upload);
      return;
    }
    ledger.failed(upload, failure.get());
    if (failure.get().kind() == Failure.Kind.SNAPSHOT) {
      source.sendFailed(unreadable(source, upload), failure.get().message());
    }
  }

  /**
   * Whose fault it was that a snapshot could not be sent: its send parent's, if that cannot be sent
   * either. Of the parent a differential send reads the metadata only, and so does this.
   */
  private UUID unreadable(SourceSession source, Action.Upload upload) throws InterruptedException {
    var parent = upload.identity().sendParent();
    if (parent != null) {
      try {
        measure(source, new Sent(parent, null));
      } catch (IOException _) {
        return parent;
      }
    }
    return upload.identity().uuid();
  }

  private Optional<Failure> send(Action.Upload upload, SourceSession source)
      throws InterruptedException {
    long estimate = estimate(upload);
    int needed = memoryOf(upload, source, estimate);
    memory.acquire(needed);
    try {
      return new BackupUpload(context, source, session.remote(upload.remote()), upload)
          .run(estimate);
    } catch (RuntimeException e) {
      // A defect: what else is to be uploaded goes on.
      return Optional.of(new Failure(Failure.Kind.LOCAL, "unexpected failure: " + e));
    } finally {
      memory.release(needed);
    }
  }

  /** In MiB; an upload that needs more than there is runs alone. */
  private int memoryOf(Action.Upload upload, SourceSession source, long estimate)
      throws InterruptedException {
    long bytes =
        Pipeline.memoryBound(source.target(upload.remote()).encoding().keySuffixes().size());
    try {
      bytes += session.remote(upload.remote()).store().uploadMemory(estimate);
    } catch (RemoteException _) {
      // The upload runs into the same error and reports it.
    }
    return (int) Math.min(budget, bytes / MIB + 1);
  }

  /**
   * In bytes of the send stream; 0 if that cannot be found out, because the send itself will tell.
   */
  private synchronized long estimate(Action.Upload upload) throws InterruptedException {
    var sent = new Sent(upload.identity().uuid(), upload.identity().sendParent());
    var known = estimates.get(sent);
    if (known != null) {
      return known;
    }
    long bytes = 0;
    try {
      bytes = measure(session.session(upload.source()), sent);
    } catch (IOException _) {
      // The upload runs into the same error and reports it.
    }
    estimates.put(sent, bytes);
    return bytes;
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

  @Override
  public void close() {
    lanes.values().forEach(ExecutorService::shutdownNow);
    lanes.values().forEach(ExecutorService::close);
  }
}
