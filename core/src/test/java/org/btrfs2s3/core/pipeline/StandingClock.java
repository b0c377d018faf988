package org.btrfs2s3.core.pipeline;

import java.util.function.LongSupplier;

/** Time that stands still until it is started, so that nothing is late on a slow machine. */
final class StandingClock implements LongSupplier {

  private volatile long begin = Long.MAX_VALUE;

  synchronized void start() {
    if (begin == Long.MAX_VALUE) {
      begin = System.nanoTime();
    }
  }

  @Override
  public long getAsLong() {
    long since = begin;
    return since == Long.MAX_VALUE ? 0 : System.nanoTime() - since;
  }
}
