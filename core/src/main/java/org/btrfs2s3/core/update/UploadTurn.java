package org.btrfs2s3.core.update;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.Failure;
import org.jspecify.annotations.Nullable;

/**
 * The turn of jobs that run together, one of each remote, for the thread that runs them. Notes in
 * the {@link Ledger} what becomes of them. Those that end at the same moment make way for their
 * next ones at the same moment, so that these run together again.
 */
final class UploadTurn implements UploadOutcomes {

  /** Where jobs wait for their turn. */
  interface Lanes {

    /**
     * Lets the next ones have their turn.
     *
     * @param over what ended
     * @param again what is to be tried by itself, before anything else on its remote
     */
    void makeWay(List<UploadJob> over, List<UploadJob> again);
  }

  private final Map<RemoteId, UploadJob> jobs;
  private final Ledger ledger;
  private final StreamEstimates estimates;
  private final Lanes lanes;

  /** Those of which it is not known yet what becomes of them. */
  private final SequencedMap<RemoteId, UploadJob> open = new LinkedHashMap<>();

  private final List<UploadJob> over = new ArrayList<>();
  private final List<UploadJob> again = new ArrayList<>();

  /** What they hold; null until they do. */
  private UploadHeap.@Nullable Lease memory;

  UploadTurn(List<UploadJob> jobs, Ledger ledger, StreamEstimates estimates, Lanes lanes) {
    jobs.forEach(job -> open.put(job.remote(), job));
    this.jobs = Map.copyOf(open);
    this.ledger = ledger;
    this.estimates = estimates;
    this.lanes = lanes;
  }

  /** Those that may start; the others end, because of their send parents. */
  List<UploadJob> ready() {
    for (var job : List.copyOf(open.values())) {
      var parent = job.upload.after();
      if (parent != null && !ledger.isCommitted(parent)) {
        ledger.skipped(job.upload, "its send parent " + parent.snapshot() + " was not uploaded");
        end(job);
      }
    }
    return List.copyOf(open.values());
  }

  /** From now on those that end or leave give back their share. */
  void holds(UploadHeap.Lease lease) {
    memory = lease;
  }

  private UploadJob job(RemoteUpload upload) {
    return Objects.requireNonNull(jobs.get(upload.remote().id()));
  }

  private void end(UploadJob job) {
    if (open.remove(job.remote(), job)) {
      over.add(job);
    }
  }

  @Override
  public void committed(RemoteUpload upload) {
    ledger.done(upload.action());
    end(job(upload));
  }

  @Override
  public void failed(RemoteUpload upload, Failure failure) {
    ledger.failed(upload.action(), failure);
    if (failure.kind() == Failure.Kind.SNAPSHOT) {
      upload.source().sendFailed(estimates.unreadable(upload.action()), failure.message());
    }
    end(job(upload));
  }

  @Override
  public void leftBehind(RemoteUpload upload, String reason) {
    ledger.tell(new UpdateEvent.UploadLeftBehind(upload.action(), reason));
    var job = job(upload);
    if (open.remove(job.remote(), job)) {
      again.add(job);
    }
  }

  /** All that are open have failed. */
  void fail(Failure failure) {
    for (var job : List.copyOf(open.values())) {
      ledger.failed(job.upload, failure);
      end(job);
    }
  }

  /** Nobody can go on after this error: whoever waits for the jobs gets it. */
  void breakOff(Error error) {
    List.copyOf(open.values())
        .forEach(
            job -> {
              job.ended.completeExceptionally(error);
              end(job);
            });
  }

  /** The run is about to end. */
  void cancel() {
    List.copyOf(open.values())
        .forEach(
            job -> {
              job.ended.cancel(false);
              end(job);
            });
  }

  @Override
  public void settled() {
    over.forEach(this::giveBack);
    again.forEach(this::giveBack);
    lanes.makeWay(over, again);
    again.clear();
    over.forEach(job -> job.ended.complete(null));
    over.clear();
  }

  private void giveBack(UploadJob job) {
    if (memory != null) {
      memory.giveBack(job.remote());
    }
  }
}
