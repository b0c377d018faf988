package org.btrfs2s3.core.update;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.GarbagePlan;
import org.btrfs2s3.core.plan.GarbagePlanner;
import org.btrfs2s3.core.plan.GarbageScope;
import org.btrfs2s3.core.plan.ObservedSource;
import org.btrfs2s3.core.plan.Problem;
import org.btrfs2s3.core.plan.RemotePlan;
import org.btrfs2s3.core.plan.SourcePlan;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.run.LockedException;

/**
 * Removes what interrupted runs left of the sources of this machine, each under its upload lock; of
 * other sources, and of what is doubled, only what is asked for.
 */
public final class GarbageCollection {

  /** What was observed before is not relied on any more. */
  private static final Duration FRESH = Duration.ofMinutes(10);

  private final UpdateSetup setup;
  private final Machine machine;

  public GarbageCollection(UpdateSetup setup, Machine machine) {
    this.setup = setup;
    this.machine = machine;
  }

  /** What would be removed. Takes no lock and changes nothing (invariant 5). */
  public GarbagePlan pretend(GarbageScope scope)
      throws IOException, LockedException, InterruptedException {
    try (var session = RunSession.open(setup, machine, new RunSession.Locks(false, null))) {
      return plan(session, scope);
    }
  }

  /**
   * Observes, plans, shows and removes. A source that another run is uploading is left alone, and
   * is a failure of kind {@code LOCKED}; the others are served.
   *
   * @param lockWait how long to wait for the locks of the snapshots directories
   * @throws LockedException if the snapshots directories stay locked by another run
   */
  public GarbageReport run(
      GarbageScope scope, Duration lockWait, GarbageApproval approval, UpdateListener listener)
      throws IOException, LockedException, InterruptedException {
    try (var session = RunSession.open(setup, machine, new RunSession.Locks(true, lockWait))) {
      var ledger = new Ledger(listener);
      var plan = plan(session, scope);
      failures(plan.problems()).forEach(ledger::failed);
      if (!approval.approve(plan)) {
        return new GarbageReport(plan, false, 0, false, ledger.failures());
      }
      session.tidyRemotes();
      remove(isFresh(plan) ? plan : plan.confirmedBy(plan(session, scope)), session, ledger);
      boolean succeeded = ledger.executed() > 0 || hasHealthyPart(plan, session);
      return new GarbageReport(plan, true, ledger.executed(), succeeded, ledger.failures());
    }
  }

  private static GarbagePlan plan(RunSession session, GarbageScope scope)
      throws IOException, LockedException, InterruptedException {
    var plan = GarbagePlanner.plan(session.observeWithUploads(), scope);
    var unknown =
        session.remotes().stream()
            .filter(remote -> remote.uploadsUnknown().isPresent())
            .map(GarbageCollection::uploadsUnknown)
            .toList();
    return plan.with(unknown);
  }

  private static Problem uploadsUnknown(RemoteSession remote) {
    return new Problem(
        Problem.Kind.NOT_COLLECTED,
        "remote %s: no upload that was begun is dropped, because they are not known: %s"
            .formatted(remote.id(), remote.uploadsUnknown().orElseThrow().getMessage()));
  }

  /** An update only makes the snapshots of a source that is busy; here nothing at all is done. */
  public static boolean isFailure(Problem problem) {
    return problem.kind().isFailure() || problem.kind() == Problem.Kind.SOURCE_BUSY;
  }

  /** What such problems are the failures of. */
  public static List<Failure> failures(List<Problem> problems) {
    return problems.stream()
        .filter(GarbageCollection::isFailure)
        .map(GarbageCollection::failure)
        .toList();
  }

  /** What such a problem is the failure of. */
  public static Failure failure(Problem problem) {
    return problem.kind() == Problem.Kind.SOURCE_BUSY
        ? new Failure(Failure.Kind.LOCKED, problem.message())
        : RunReport.failure(problem);
  }

  private boolean isFresh(GarbagePlan plan) {
    var age = Duration.between(plan.update().observation().now(), machine.clock().instant()).abs();
    return age.compareTo(FRESH) <= 0;
  }

  private void remove(GarbagePlan plan, RunSession session, Ledger ledger)
      throws InterruptedException {
    var janitor = new Janitor(session, ledger);
    janitor.collect(plan.own());
    for (var source : plan.update().observation().sources()) {
      var proof = new DuplicateProof(plan, session, ledger);
      for (var deletion : duplicates(plan, source)) {
        // At once: what was read of the one that stays may not be there any more after hours.
        if (proof.isEqual(deletion)) {
          new Deletions(machine.btrfs(), session.session(source.uuid()), session, ledger)
              .deleteBackups(List.of(deletion));
        }
      }
    }
    janitor.collect(plan.foreign());
  }

  private static List<Action.DeleteBackup> duplicates(GarbagePlan plan, ObservedSource source) {
    return plan.duplicates().stream()
        .filter(deletion -> deletion.source().equals(source.uuid()))
        .toList();
  }

  /** A source on a remote of which everything is known, and where there was nothing to do. */
  private static boolean hasHealthyPart(GarbagePlan plan, RunSession session) {
    return plan.update().sources().stream()
        .filter(source -> source.source().mayUpload())
        .anyMatch(
            source ->
                source.remotes().stream()
                    .filter(RemotePlan::isThere)
                    .anyMatch(remote -> isDone(plan, source, remote, session)));
  }

  private static boolean isDone(
      GarbagePlan plan, SourcePlan source, RemotePlan remote, RunSession session) {
    var id = remote.remote().id();
    UUID uuid = source.source().uuid();
    return session.remote(id).uploadsUnknown().isEmpty()
        && plan.own().stream().noneMatch(a -> a.source().equals(uuid) && a.remote().equals(id))
        && plan.duplicates().stream()
            .noneMatch(a -> a.source().equals(uuid) && a.remote().equals(id));
  }
}
