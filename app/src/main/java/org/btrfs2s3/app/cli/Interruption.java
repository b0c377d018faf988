package org.btrfs2s3.app.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets SIGINT and SIGTERM end a command in order: its thread is interrupted, and the process goes
 * on until it has aborted its uploads and child processes. The JVM then exits with 130 or 143.
 */
final class Interruption {

  /** Aborting a multipart upload takes some requests; a stuck one must not hold a shutdown up. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final CountDownLatch ended = new CountDownLatch(1);

  private Interruption() {}

  /** For a command that the calling thread is going to run. */
  static Interruption ofThisThread() {
    var interruption = new Interruption();
    var command = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("end in order")
                .unstarted(() -> interruption.interrupt(command)));
    return interruption;
  }

  private void interrupt(Thread command) {
    if (ended.getCount() == 0) {
      // Its thread may be the one that ends the JVM, and wait for what the JVM still has to do.
      return;
    }
    command.interrupt();
    if (Terminal.isAsking()) {
      return;
    }
    try {
      if (!ended.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println("btrfs2s3: gave up waiting for the command to end in order");
      }
    } catch (InterruptedException _) {
      // The JVM is halting anyway.
    }
  }

  /** The command has ended. */
  void end() {
    ended.countDown();
  }
}
