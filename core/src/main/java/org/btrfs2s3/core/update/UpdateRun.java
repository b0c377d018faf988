package org.btrfs2s3.core.update;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.plan.Planner;
import org.btrfs2s3.core.plan.Problem;
import org.btrfs2s3.core.plan.UploadId;
import org.btrfs2s3.core.run.LockedException;
import org.jspecify.annotations.Nullable;

/** One run of {@link Update}, in the order that the design gives. */
final class UpdateRun {

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
    var shown = Planner.plan(session.observe(), Update.planOptions(options));
    if (shown.isEmpty()) {
      return report(shown, true);
    }
    if (!approval.approve(shown)) {
      return report(shown, false);
    }
    var local = new SnapshotActions(machine.btrfs(), session, ledger);
    try (var _ = session.lockSnapshots()) {
      local.create(shown.actions(Action.CreateSnapshot.class));
    }
    var plan = Planner.plan(session.observe(), Update.planOptions(options).withoutSnapshots());
    if (Surprises.hides(shown, plan) && !approval.approveChanged(plan)) {
      return report(plan, false);
    }
    try (var _ = session.lockSnapshots()) {
      local.rename(plan.actions(Action.RenameSnapshot.class));
    }
    execute(plan);
    return report(plan, true);
  }

  /** Uploads everything, small sources first, and ends each source as soon as it is uploaded. */
  private void execute(Plan plan) throws InterruptedException {
    var estimates = new StreamEstimates(session);
    try (var queue = new UploadQueue(session, context, ledger, estimates);
        var ends = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        List<Future<?>> ended = new ArrayList<>();
        Map<UUID, List<Future<?>>> collected = new HashMap<>();
        for (var source : plan.sources()) {
          var uuid = source.source().uuid();
          collected.put(uuid, collect(plan, uuid, ends));
        }
        for (var source : smallFirst(plan, estimates)) {
          var uploads = queue.submit(source, uploads(plan, source));
          var cleaning = collected.getOrDefault(source, List.of());
          ended.add(ends.submit(() -> end(source, uploads, cleaning, queue, plan)));
        }
        UploadQueue.await(ended);
      } catch (InterruptedException e) {
        ends.shutdownNow();
        throw e;
      }
    }
  }

  /** Beside the uploads, and each remote by itself: one that is in trouble delays nobody. */
  private List<Future<?>> collect(Plan plan, UUID source, ExecutorService threads) {
    var byRemote =
        ofSource(plan.actions(Action.Collection.class), source).stream()
            .collect(Collectors.groupingBy(Action.Collection::remote));
    List<Future<?>> futures = new ArrayList<>();
    for (var collections : byRemote.values()) {
      futures.add(
          threads.submit(
              () -> {
                new Janitor(session, ledger).collect(collections);
                return null;
              }));
    }
    return futures;
  }

  /** Its lock is held until nothing of it is cleaned up any more. */
  private @Nullable Void end(
      UUID source, List<Future<?>> uploads, List<Future<?>> cleaning, UploadQueue queue, Plan plan)
      throws InterruptedException {
    try {
      UploadQueue.await(uploads);
      new SourceEnd(session.session(source), queue, plan).run();
      UploadQueue.await(cleaning);
    } finally {
      session.releaseUploadLock(source);
    }
    return null;
  }

  private static List<UUID> smallFirst(Plan plan, StreamEstimates estimates)
      throws InterruptedException {
    Map<UUID, Long> sizes = new HashMap<>();
    for (var source : plan.sources()) {
      var uuid = source.source().uuid();
      sizes.put(uuid, estimates.sum(uploads(plan, uuid)));
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
      try {
        new Replanning(queue, ledger).goOn(source, () -> uploads(planAgain(), source.uuid()));
        var deletions = ofSource(plan.actions(Action.Deletion.class), source.uuid());
        if (!deletions.isEmpty()) {
          var again = planAgain();
          var look = new SecondLook(again.observation(), source, session, ledger);
          delete(
              proven(
                  look.confirmed(
                      deletions, ofSource(again.actions(Action.Deletion.class), source.uuid()))));
        }
      } catch (LockedException | IOException | RuntimeException e) {
        ledger.failed(Faults.ofSource(source, e));
      }
    }

    /** What cannot be observed any more is a failure of this run. */
    private Plan planAgain() throws IOException, LockedException, InterruptedException {
      var again =
          Planner.plan(
              session.observe(source),
              Update.planOptions(options).withoutSnapshots().afterUploads());
      again.problems().stream()
          .filter(
              problem ->
                  problem.kind() == Problem.Kind.SOURCE_UNAVAILABLE
                      || problem.kind() == Problem.Kind.REMOTE_AWAY)
          .forEach(problem -> ledger.failed(RunReport.failure(problem)));
      return again;
    }

    /** Nothing takes the place of what cannot be restored but what this very run committed. */
    private List<Action.Deletion> proven(List<Action.Deletion> deletions) {
      return deletions.stream()
          .filter(
              deletion ->
                  !(deletion instanceof Action.DeleteBackup backup)
                      || backup.cause() != Action.DeleteBackup.Cause.REPLACED
                      || ledger.isCommitted(new UploadId(backup.remote(), backup.backup())))
          .toList();
    }

    private void delete(List<Action.Deletion> deletions)
        throws IOException, LockedException, InterruptedException {
      var executor = new Deletions(machine.btrfs(), source, session, ledger);
      try (var _ = session.lockSnapshots(List.of(source))) {
        executor.deleteSnapshots(deletions);
      }
      executor.deleteBackups(deletions);
    }
  }

  private RunReport report(Plan plan, boolean approved) {
    RunReport.failures(plan.problems()).forEach(ledger::failed);
    return new RunReport(
        plan,
        approved,
        ledger.executed(),
        healthyParts(plan),
        plan.withheld().size(),
        ledger.failures());
  }

  private int healthyParts(Plan plan) {
    int healthy = 0;
    for (var source : plan.sources()) {
      for (var remote : source.remotes()) {
        if (remote.isThere() && ledger.isHealthy(source.source().uuid(), remote.remote().id())) {
          healthy++;
        }
      }
    }
    return healthy;
  }
}
