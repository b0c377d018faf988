package org.btrfs2s3.core.update;

import java.io.IOException;
import java.time.Duration;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.plan.PlanOptions;
import org.btrfs2s3.core.plan.Planner;
import org.btrfs2s3.core.run.LockedException;

/**
 * Brings snapshots and remotes to where the policies want them. Nothing is remembered between runs;
 * a run that was killed is simply followed by another one (invariant 4).
 */
public final class Update {

  private final UpdateSetup setup;
  private final Machine machine;
  private final Duration patience;

  public Update(UpdateSetup setup, Machine machine) {
    this(setup, machine, UploadContext.PATIENCE);
  }

  /**
   * @param patience for how long a remote may hold up others that get the same stream
   */
  Update(UpdateSetup setup, Machine machine, Duration patience) {
    this.setup = setup;
    this.machine = machine;
    this.patience = patience;
  }

  /** What a run would do. Takes no lock and changes nothing (invariant 5). */
  public Plan pretend(UpdateOptions options)
      throws IOException, LockedException, InterruptedException {
    try (var session = RunSession.open(setup, machine, new RunSession.Locks(false, null))) {
      return Planner.plan(session.observe(), planOptions(options));
    }
  }

  /**
   * Observes, plans, asks and executes.
   *
   * @throws LockedException if the snapshots directories stay locked by another run
   * @throws InterruptedException if the thread was interrupted; uploads are aborted then
   */
  public RunReport run(UpdateOptions options, Approval approval, UpdateListener listener)
      throws IOException, LockedException, InterruptedException {
    var locks = new RunSession.Locks(options.uploads(), options.lockWait());
    try (var session = RunSession.open(setup, machine, locks)) {
      var ledger = new Ledger(listener);
      var context = UploadContext.of(setup, machine, patience, ledger::tell);
      return new UpdateRun(session, machine, context, ledger, options).run(approval);
    }
  }

  static PlanOptions planOptions(UpdateOptions options) {
    return new PlanOptions(true, options.uploads(), options.allowDelete());
  }
}
