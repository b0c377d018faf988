package org.btrfs2s3.it.kill;

import java.io.IOException;
import java.time.Duration;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.RunningProgram;

/** Kills a program between the metadata of an object and its name: each name comes late. */
final class LateNames {
  private static final Duration DELAY = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int KILLED = 137;

  private LateNames() {}

  /** Something on a disk that is looked at again and again. */
  @FunctionalInterface
  interface Condition {
    boolean isMet() throws IOException;
  }

  /** Kills the program as soon as something is so. */
  static void killWhen(Condition condition, Program program) throws IOException {
    Program slow =
        Strace.around(
            program,
            "--output=/dev/null",
            "--trace=rename,renameat,renameat2",
            "--inject=rename,renameat,renameat2:delay_enter=" + DELAY.toMillis() + "ms");
    try (RunningProgram running = slow.start()) {
      while (running.isRunning() && !condition.isMet()) {
        Thread.onSpinWait();
      }
      ProcessHandle.of(running.pid()).ifPresent(ProcessHandle::destroyForcibly);
      running.await(PATIENCE).expect(KILLED);
    }
  }
}
