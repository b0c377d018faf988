package org.btrfs2s3.core.store;

import java.nio.channels.ClosedByInterruptException;

/** Turns a thread's interruption into the exception that the port promises. */
final class Interruption {

  private Interruption() {}

  static void check() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /** For what a channel throws, which leaves the thread's flag set; this exception clears it. */
  static InterruptedException of(ClosedByInterruptException cause) {
    Thread.interrupted();
    var interrupted = new InterruptedException();
    interrupted.initCause(cause);
    return interrupted;
  }
}
