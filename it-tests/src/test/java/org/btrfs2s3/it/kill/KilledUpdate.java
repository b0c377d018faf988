package org.btrfs2s3.it.kill;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.it.lab.Household;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.RunningProgram;
import org.btrfs2s3.it.proxy.Fault.Cut;
import org.btrfs2s3.it.proxy.Script;

/** Runs the installed update until it is killed. */
final class KilledUpdate {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int KILLED = 137;

  private final Household household;

  KilledUpdate(Household household) {
    this.household = household;
  }

  /** What it left; nothing if it succeeded, because the moment never came or it was too fast. */
  Optional<Remains> run(Moment moment) throws IOException, InterruptedException {
    List<SubvolumeEntry> before = household.listSnapshots();
    Result result =
        switch (moment) {
          case Moment.AtRequest at -> runUntil(at);
          case Moment.AfterCall after -> runUntil(after);
        };
    if (result.exitCode() == 0) {
      return Optional.empty();
    }
    result.expect(KILLED);
    Locks.awaitFree(household.snapshots());
    for (Path source : household.sources()) {
      Locks.awaitFree(source);
    }
    return Optional.of(
        Remains.of(before, household.listSnapshots(), household.proxy().exchanges()));
  }

  private Result runUntil(Moment.AtRequest at) throws IOException {
    CompletableFuture<RunningProgram> update = new CompletableFuture<>();
    Cut cut = Cut.at(at.point()).after(10_000).doing(() -> kill(update.join(), at.delay()));
    household.proxy().follow(Script.at(at.kind(), at.ordinal(), cut));
    try (RunningProgram running = household.installedUpdate().start()) {
      update.complete(running);
      return running.await(PATIENCE);
    }
  }

  private static void kill(RunningProgram update, Duration delay) {
    LockSupport.parkNanos(delay.toNanos());
    ProcessHandle process = ProcessHandle.of(update.pid()).orElseThrow();
    process.destroyForcibly();
    // What is done next must not be seen by it any more.
    process.onExit().join();
  }

  private Result runUntil(Moment.AfterCall after) throws IOException {
    household.proxy().follow(Script.HEALTHY);
    try (Trace trace = Trace.create();
        RunningProgram running = trace.of(household.installedUpdate()).start()) {
      if (trace.await(after.call(), after.ordinal(), running::isRunning)) {
        kill(running, after.delay());
      }
      return running.await(PATIENCE);
    }
  }
}
