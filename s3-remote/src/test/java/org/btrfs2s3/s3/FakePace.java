package org.btrfs2s3.s3;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Time that passes only in pauses, which end at once, and no chance: every pause is the longest.
 */
final class FakePace implements Pace {

  // Both guarded by this.
  private long now;
  private final List<Duration> pauses = new ArrayList<>();

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  @Override
  public synchronized void sleep(Duration duration) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    pauses.add(duration);
    now += duration.toNanos();
  }

  @Override
  public double random() {
    return 1;
  }

  synchronized void pass(Duration duration) {
    now += duration.toNanos();
  }

  synchronized List<Duration> pauses() {
    return List.copyOf(pauses);
  }
}
