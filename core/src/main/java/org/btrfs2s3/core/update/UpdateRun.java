package org.btrfs2s3.core.update;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.ObservedRemote;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.plan.Planner;
import org.btrfs2s3.core.plan.Problem;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.run.LockedException;

/** One run of {@link Update}, in the order that the design gives. */
final class UpdateRun {

  /** A plan that is older than this does not decide alone what is deleted. */
  private static final Duration FRESH = Duration.ofMinutes(10);

  private final RunSession session;
  private final Machine machine;
  private final UploadContext context;
  private final Ledger ledger;
  private final UpdateOptions options;

  UpdateRun(
      RunSession session,
      Machine machine,
      UploadContext context,
      Ledger ledger,
      UpdateOptions options) {
    this.session = session;
    this.machine = machine;
    this.context = context;
    this.ledger = ledger;
    this.options = options;
  }

  RunReport run(Approval approval) throws IOException, LockedException, InterruptedException {
    Plan shown;
    try (var _ = lockSnapshots()) {
      shown = Planner.plan(session.observe(), Update.planOptions(options));
    }
    if (shown.isEmpty()) {
      return report(shown, true);
    }
    if (!approval.approve(shown)) {
      return report(shown, false);
    }
    var local = new SnapshotActions(machine.btrfs(), session, ledger);
    Plan plan;
    try (var _ = lockSnapshots()) {
      local.create(shown.actions(Action.CreateSnapshot.class));
      plan = Planner.plan(session.observe(), Update.planOptions(options).withoutSnapshots());
    }
    if (Surprises.hides(shown, plan) && !approval.approveChanged(plan)) {
      return report(plan, false);
    }
    try (var _ = lockSnapshots()) {
      local.rename(plan.actions(Action.RenameSnapshot.class));
    }
    execute(plan);
    return report(plan, true);
  }

  private SnapshotsLock lockSnapshots() throws IOException, LockedException, InterruptedException {
    return SnapshotsLock.acquire(session.snapshotsDirectories(), options.lockWait());
  }

  /** Uploads everything, small sources first, and ends each source as soon as it is uploaded. */
  private void execute(Plan plan) throws InterruptedException {
    try (var queue = new UploadQueue(session, context, ledger)) {
      Map<UUID, List<Future<?>>> pending = new LinkedHashMap<>();
      for (var source : smallFirst(plan, queue)) {
        pending.put(source, queue.submit(uploads(plan, source)));
      }
      for (var source : pending.entrySet()) {
        UploadQueue.await(source.getValue());
        new SourceEnd(session.session(source.getKey()), queue, plan).run();
      }
    }
  }

  private static List<UUID> smallFirst(Plan plan, UploadQueue queue) throws InterruptedException {
    Map<UUID, Long> sizes = new HashMap<>();
    for (var source : plan.sources()) {
      var uuid = source.source().uuid();
      sizes.put(uuid, queue.estimate(uploads(plan, uuid)));
    }
    return plan.sources().stream()
        .map(source -> source.source().uuid())
        .sorted(Comparator.comparing(uuid -> sizes.getOrDefault(uuid, 0L)))
        .toList();
  }

  private static List<Action.Upload> uploads(Plan plan, UUID source) {
    return ofSource(plan.actions(Action.Upload.class), source);
  }

  private static <A extends Action> List<A> ofSource(List<A> actions, UUID source) {
    return actions.stream().filter(action -> action.source().equals(source)).toList();
  }

  /** What remains to be done for a source after its uploads. */
  private final class SourceEnd {

    private final SourceSession source;
    private final UploadQueue queue;
    private final Plan plan;

    SourceEnd(SourceSession source, UploadQueue queue, Plan plan) {
      this.source = source;
      this.queue = queue;
      this.plan = plan;
    }

    void run() throws InterruptedException {
      boolean planned = uploadWithoutUnusable();
      var deletions = ofSource(plan.actions(Action.Deletion.class), source.uuid());
      if (!deletions.isEmpty()) {
        delete(deletions, planned || !isFresh());
      }
      session.releaseUploadLock(source.uuid());
    }

    /** Ends, because each round finds another one of finitely many snapshots to be unusable. */
    private boolean uploadWithoutUnusable() throws InterruptedException {
      int known = 0;
      while (source.unusableCount() > known) {
        known = source.unusableCount();
        ledger.tell(
            new UpdateEvent.PlannedAgain(
                source.setup().path().toString(), "a snapshot could not be sent"));
        UploadQueue.await(queue.submit(uploads(planAgain(), source.uuid())));
      }
      return known > 0;
    }

    private Plan planAgain() throws InterruptedException {
      return Planner.plan(session.observe(source), Update.planOptions(options).withoutSnapshots());
    }

    private boolean isFresh() {
      var age = Duration.between(plan.observation().now(), machine.clock().instant()).abs();
      return age.compareTo(FRESH) <= 0;
    }

    private void delete(List<Action.Deletion> deletions, boolean outdated)
        throws InterruptedException {
      var directory = source.setup().snapshots();
      try (var _ = SnapshotsLock.acquire(List.of(directory), options.lockWait())) {
        new Deletions(machine.btrfs(), source, session, ledger)
            .execute(outdated ? confirmed(deletions) : deletions);
      } catch (LockedException e) {
        deletions.forEach(deletion -> ledger.skipped(deletion, String.valueOf(e.getMessage())));
      } catch (IOException e) {
        ledger.failed(
            deletions.getFirst(),
            new Failure(Failure.Kind.LOCAL, "cannot lock " + directory + ": " + e.getMessage()));
      }
    }

    /** Only what the approved plan and a new one both delete, under the new one's conditions. */
    private List<Action.Deletion> confirmed(List<Action.Deletion> approved)
        throws InterruptedException {
      var identities = approved.stream().map(Deletions::identity).toList();
      return ofSource(planAgain().actions(Action.Deletion.class), source.uuid()).stream()
          .filter(deletion -> identities.contains(Deletions.identity(deletion)))
          .toList();
    }
  }

  private RunReport report(Plan plan, boolean approved) {
    plan.problems().stream()
        .filter(problem -> problem.kind().isFailure())
        .map(UpdateRun::failure)
        .forEach(ledger::failed);
    return new RunReport(
        plan,
        approved,
        ledger.executed(),
        healthyParts(plan),
        plan.withheld().size(),
        ledger.failures());
  }

  private static Failure failure(Problem problem) {
    var kind =
        switch (problem.kind()) {
          case REMOTE_AWAY -> Failure.Kind.REMOTE_AWAY;
          case BROKEN_BACKUP -> Failure.Kind.BROKEN_BACKUP;
          case SOURCE_UNAVAILABLE,
              SNAPSHOT_UNUSABLE,
              DUPLICATE_BACKUP,
              SOURCE_BUSY,
              NESTED_SUBVOLUMES ->
              Failure.Kind.LOCAL;
        };
    return new Failure(kind, problem.message());
  }

  private int healthyParts(Plan plan) {
    int healthy = 0;
    for (var source : plan.sources()) {
      for (var remote : source.remotes()) {
        if (remote.remote() instanceof ObservedRemote.Listed
            && ledger.allCommitted(source.source().uuid(), remote.remote().id())) {
          healthy++;
        }
      }
    }
    return healthy;
  }
}
