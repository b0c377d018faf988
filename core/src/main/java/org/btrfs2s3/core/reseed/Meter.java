package org.btrfs2s3.core.reseed;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Tells how far a backup is, about twice a second. Safe for use by several threads. */
final class Meter {
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final ReseedItem item;
  private final ReseedListener listener;
  private final LongSupplier nanoTime;

  /** Guarded by this, like what follows. */
  private long bytes;

  private long told;

  Meter(ReseedItem item, ReseedListener listener, LongSupplier nanoTime) {
    this.item = item;
    this.listener = listener;
    this.nanoTime = nanoTime;
    this.told = nanoTime.getAsLong() - INTERVAL.toNanos();
  }

  synchronized void moved(long more) {
    bytes += more;
    long now = nanoTime.getAsLong();
    if (now - told >= INTERVAL.toNanos()) {
      told = now;
      listener.on(new ReseedEvent.Progress(item, bytes));
    }
  }
}
