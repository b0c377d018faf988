package org.btrfs2s3.core.update;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.Observation;
import org.btrfs2s3.core.plan.Problem;
import org.btrfs2s3.core.plan.RemotePlan;
import org.btrfs2s3.core.plan.RepairPlan;
import org.btrfs2s3.core.plan.RepairPlanner;
import org.btrfs2s3.core.plan.RepairScope;
import org.btrfs2s3.core.plan.SourcePlan;
import org.btrfs2s3.core.plan.Whereabouts;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.run.LockedException;

/**
 * Makes backups anew that cannot be restored, from snapshots that are still there. Writes first;
 * then deletes what was replaced, each object by its own key, and only if another look at the
 * remote shows the replacement with its whole chain (invariants 2 and 11). What is collected
 * without a replacement must be beyond repair in both looks.
 */
public final class Repair {

  private final UpdateSetup setup;
  private final Machine machine;
  private final List<RemoteSetup> others;

  /**
   * @param setup with the sources and remotes to look at
   * @param others every other remote that there is: what is missing may be there, and so is not
   *     beyond repair
   */
  public Repair(UpdateSetup setup, Machine machine, List<RemoteSetup> others) {
    this.setup = setup;
    this.machine = machine;
    this.others = List.copyOf(others);
  }

  /** What would be done. Takes no lock and changes nothing (invariant 5). */
  public RepairPlan pretend(RepairScope scope)
      throws IOException, LockedException, InterruptedException {
    var locks = new RunSession.Locks(false, null);
    try (var session = RunSession.open(setup, machine, locks, scope.damaged())) {
      return plan(session, session.observe(), scope);
    }
  }

  /**
   * Observes, plans, asks and repairs. A source that another run is uploading is left alone, and is
   * a failure of kind {@code LOCKED}; the others are served.
   *
   * @param lockWait how long to wait for the locks of the snapshots directories
   * @throws LockedException if the snapshots directories stay locked by another run
   */
  public RepairReport run(
      RepairScope scope, Duration lockWait, RepairApproval approval, UpdateListener listener)
      throws IOException, LockedException, InterruptedException {
    var locks = new RunSession.Locks(true, lockWait);
    try (var session = RunSession.open(setup, machine, locks, scope.damaged())) {
      var ledger = new Ledger(listener);
      var plan = plan(session, session.observe(), scope);
      GarbageCollection.failures(plan.problems()).forEach(ledger::failed);
      session.tidyRemotes();
      if (plan.isEmpty()) {
        return new RepairReport(plan, true, 0, 0, isHealthySomewhere(plan), ledger.failures());
      }
      if (!approval.approve(plan)) {
        return new RepairReport(plan, false, 0, 0, false, ledger.failures());
      }
      new Run(scope, session, ledger).execute(plan);
      boolean succeeded = ledger.executed() > 0 || isHealthySomewhere(plan);
      return new RepairReport(
          plan, true, ledger.executed(), ledger.uploaded(), succeeded, ledger.failures());
    }
  }

  /** Looks everywhere else, too, before anything is said to be beyond repair. */
  private RepairPlan plan(RunSession session, Observation observation, RepairScope scope)
      throws InterruptedException {
    var plan = RepairPlanner.plan(observation, scope, Whereabouts.UNKNOWN);
    if (!scope.collect() || plan.irreparable().isEmpty()) {
      return plan;
    }
    List<RemoteSession> remotes = new ArrayList<>();
    others.forEach(other -> remotes.add(new RemoteSession(other, machine.clock())));
    try {
      List<RemoteSession> all = new ArrayList<>(session.remotes());
      all.addAll(remotes);
      var whereabouts = new WhereaboutsSearch(machine.btrfs(), all).beyond(observation);
      return RepairPlanner.plan(observation, scope, whereabouts);
    } finally {
      remotes.forEach(RemoteSession::close);
    }
  }

  /** An update only makes the snapshots of a source that is busy; here nothing at all is done. */
  public static boolean isFailure(Problem problem) {
    return GarbageCollection.isFailure(problem);
  }

  /** What such a problem is the failure of. */
  public static Failure failure(Problem problem) {
    return GarbageCollection.failure(problem);
  }

  /**
   * Whether there is a source on a remote where there is nothing to repair. That is no success
   * beside something that was to be repaired and was not.
   */
  public static boolean isHealthySomewhere(RepairPlan plan) {
    return plan.problems().stream()
            .noneMatch(problem -> problem.kind() == Problem.Kind.NOT_REPAIRED)
        && plan.update().sources().stream()
            .filter(source -> source.source().mayUpload())
            .anyMatch(
                source ->
                    source.remotes().stream()
                        .filter(RemotePlan::isThere)
                        .anyMatch(remote -> isWhole(plan, source, remote)));
  }

  private static boolean isWhole(RepairPlan plan, SourcePlan source, RemotePlan remote) {
    var uuid = source.source().uuid();
    var id = remote.remote().id();
    return plan.uploads(uuid).stream().noneMatch(upload -> upload.remote().equals(id))
        && plan.irreparable().stream()
            .noneMatch(one -> one.source().equals(uuid) && one.remote().equals(id));
  }

  /** One run, under its locks. */
  private final class Run {

    private final RepairScope scope;
    private final RunSession session;
    private final Ledger ledger;

    Run(RepairScope scope, RunSession session, Ledger ledger) {
      this.scope = scope;
      this.session = session;
      this.ledger = ledger;
    }

    void execute(RepairPlan plan) throws InterruptedException {
      var context = UploadContext.of(setup, machine, UploadContext.PATIENCE, ledger::tell);
      var sources =
          plan.update().sources().stream()
              .filter(source -> source.source().mayUpload())
              .map(source -> session.session(source.source().uuid()))
              .toList();
      allowReplacing(plan);
      try (var queue = new UploadQueue(session, context, ledger, new StreamEstimates(session))) {
        var uploads =
            sources.stream()
                .map(source -> queue.submit(source.uuid(), plan.uploads(source.uuid())))
                .toList();
        for (int i = 0; i < sources.size(); i++) {
          end(sources.get(i), uploads.get(i), queue, plan);
        }
      }
    }

    private void allowReplacing(RepairPlan plan) {
      for (var deletion : plan.replaced()) {
        session.remote(deletion.remote()).mayReplace(List.of(deletion.key()));
      }
    }

    private void end(
        SourceSession source, List<Future<?>> uploads, UploadQueue queue, RepairPlan plan)
        throws InterruptedException {
      try {
        UploadQueue.await(uploads);
        goOn(source, queue, plan);
      } finally {
        session.releaseUploadLock(source.uuid());
      }
    }

    /** One source's failure, or a defect that only it meets, leaves the others going. */
    private void goOn(SourceSession source, UploadQueue queue, RepairPlan plan)
        throws InterruptedException {
      try {
        new Replanning(queue, ledger).goOn(source, () -> uploadsAgain(source));
        delete(source, plan.deletions(source.uuid()));
      } catch (LockedException | IOException | RuntimeException e) {
        ledger.failed(Faults.ofSource(source, e));
      }
    }

    private List<Action.Upload> uploadsAgain(SourceSession source)
        throws IOException, LockedException, InterruptedException {
      var again = planAgain(session.observe(source));
      allowReplacing(again);
      return again.uploads(source.uuid());
    }

    private RepairPlan planAgain(Observation observation) throws InterruptedException {
      var again = plan(session, observation, scope.on(observation));
      again.problems().stream()
          .filter(problem -> problem.kind() == Problem.Kind.REMOTE_AWAY)
          .map(Repair::failure)
          .forEach(ledger::failed);
      return again;
    }

    /** Only what a new look at the remotes shows to be replaced, or beyond repair, as well. */
    private void delete(SourceSession source, List<Action.Deletion> planned)
        throws IOException, LockedException, InterruptedException {
      if (planned.isEmpty()) {
        return;
      }
      var again = planAgain(session.observe(source));
      var confirmed =
          new SecondLook(again.update().observation(), source, session, ledger)
              .confirmed(planned, again.deletions(source.uuid()));
      new Deletions(machine.btrfs(), source, session, ledger).deleteBackups(confirmed);
    }
  }
}
