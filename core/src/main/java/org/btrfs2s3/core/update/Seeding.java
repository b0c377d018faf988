package org.btrfs2s3.core.update;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Future;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.PlanOptions;
import org.btrfs2s3.core.plan.Planner;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.plan.RemotePlan;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.run.LockedException;

/**
 * Uploads what remotes lack of the snapshots that are there, as an {@link Update} would, and
 * nothing else: no snapshot is made, and nothing is deleted.
 */
public final class Seeding {
  /** Uploads of the snapshots that exist. */
  private static final PlanOptions UPLOADS = new PlanOptions(false, true, false);

  private final UpdateSetup setup;
  private final Machine machine;
  private final Selection selection;

  /**
   * Nothing is looked at yet.
   *
   * @param setup with the remotes to upload to, and the sources that are uploaded there
   */
  public Seeding(UpdateSetup setup, Machine machine, Selection selection) {
    this.setup = setup;
    this.machine = machine;
    this.selection = selection;
  }

  /** Chooses some of the backups that a remote is to have. */
  @FunctionalInterface
  public interface Selection {
    /**
     * Those that are wanted of all that are preserved, be they there already or to be uploaded:
     * with each also its send ancestors.
     */
    Collection<BackupIdentity> of(Collection<BackupIdentity> preserved);

    /** What is wrong if none is chosen of anything; nothing if that may be. */
    default Optional<Failure> noneIsWrong() {
      return Optional.empty();
    }
  }

  /** Looks at a remote at the end, while no other run can upload or delete backups. */
  @FunctionalInterface
  public interface Inspection {
    /**
     * Looks.
     *
     * @param uploaded what the run made visible there
     * @param there what was wanted and needed not be uploaded
     * @return what is not as it should be
     */
    List<Failure> of(RemoteId remote, List<StoredBackup> uploaded, Collection<BackupIdentity> there)
        throws InterruptedException;
  }

  /** What would be uploaded. Takes no lock and changes nothing (invariant 5). */
  public SeedingPlan pretend() throws IOException, LockedException, InterruptedException {
    try (var session = RunSession.open(setup, machine, new RunSession.Locks(false, null))) {
      return planned(session, new StreamEstimates(session));
    }
  }

  /**
   * Uploads.
   *
   * @param lockWait how long to wait for the locks of the snapshots directories
   * @param shown is told what is going to be uploaded
   * @param inspection looks at each remote that is there, when everything was tried
   * @throws LockedException if another run is uploading one of the sources: nothing was uploaded
   */
  public SeedingReport run(
      Duration lockWait, Shown shown, Inspection inspection, UpdateListener listener)
      throws IOException, LockedException, InterruptedException {
    try (var session = RunSession.open(setup, machine, new RunSession.Locks(true, lockWait))) {
      var result = new SeedingResult();
      var ledger =
          new Ledger(
              event -> {
                result.on(event);
                listener.on(event);
              });
      var estimates = new StreamEstimates(session);
      var context = UploadContext.of(setup, machine, UploadContext.PATIENCE, ledger::tell);
      try (var queue = new UploadQueue(session, context, ledger, estimates)) {
        for (var source : session.observe().sources()) {
          session.requireUploadLock(source.uuid());
        }
        var plan = planned(session, estimates);
        shown.show(plan);
        RunReport.failures(plan.plan().problems()).forEach(ledger::failed);
        plan.unmet().ifPresent(ledger::failed);
        new Uploads(session, ledger, queue).run(plan);
        result.inspect(plan.there(), ledger, inspection).forEach(ledger::failed);
        return new SeedingReport(
            plan, ledger.executed(), anySucceeded(plan, ledger), ledger.failures());
      }
    }
  }

  private static boolean anySucceeded(SeedingPlan plan, Ledger ledger) {
    return plan.unmet().isEmpty()
        && plan.plan().sources().stream()
            .anyMatch(
                source ->
                    source.remotes().stream()
                        .filter(RemotePlan::isThere)
                        .anyMatch(
                            remote ->
                                ledger.isHealthy(source.source().uuid(), remote.remote().id())));
  }

  /** Is told of a plan. */
  @FunctionalInterface
  public interface Shown {
    void show(SeedingPlan plan);
  }

  private SeedingPlan planned(RunSession session, StreamEstimates estimates)
      throws IOException, LockedException, InterruptedException {
    var plan = Planner.plan(session.observe(), UPLOADS);
    var choice = SeedingChoice.of(plan, selection);
    List<SeedingPlan.Seed> seeds = new ArrayList<>();
    for (var upload : choice.uploads()) {
      seeds.add(new SeedingPlan.Seed(upload, estimates.of(upload)));
    }
    return new SeedingPlan(
        plan,
        seeds,
        choice.there(),
        choice.isNothing() ? selection.noneIsWrong() : Optional.empty());
  }

  /** One run's uploads. */
  private final class Uploads {
    private final RunSession session;
    private final Ledger ledger;
    private final UploadQueue queue;

    Uploads(RunSession session, Ledger ledger, UploadQueue queue) {
      this.session = session;
      this.ledger = ledger;
      this.queue = queue;
    }

    void run(SeedingPlan plan) throws IOException, LockedException, InterruptedException {
      var local = new SnapshotActions(machine.btrfs(), session, ledger);
      try (var _ = session.lockSnapshots()) {
        local.rename(renames(plan));
      }
      List<Future<?>> futures = new ArrayList<>();
      for (var source : plan.plan().sources()) {
        futures.addAll(queue.submit(source.source().uuid(), uploads(plan, source.source().uuid())));
      }
      UploadQueue.await(futures);
      for (var source : plan.plan().sources()) {
        var uploaded = session.session(source.source().uuid());
        new Replanning(queue, ledger).goOn(uploaded, () -> uploadsAgain(uploaded));
      }
    }

    private List<Action.Upload> uploadsAgain(SourceSession source)
        throws IOException, LockedException, InterruptedException {
      var again = Planner.plan(session.observe(source), UPLOADS);
      return SeedingChoice.of(again, selection).uploads();
    }

    /** A name is a part of the stream: it must be final before that is sent. */
    private List<Action.RenameSnapshot> renames(SeedingPlan plan) {
      return plan.plan().actions(Action.RenameSnapshot.class).stream()
          .filter(
              rename ->
                  plan.seeds().stream()
                      .map(seed -> seed.upload().identity())
                      .anyMatch(
                          sent ->
                              rename.snapshot().equals(sent.uuid())
                                  || rename.snapshot().equals(sent.sendParent())))
          .toList();
    }

    private static List<Action.Upload> uploads(SeedingPlan plan, UUID source) {
      return plan.seeds().stream()
          .map(SeedingPlan.Seed::upload)
          .filter(upload -> upload.source().equals(source))
          .toList();
    }
  }
}
