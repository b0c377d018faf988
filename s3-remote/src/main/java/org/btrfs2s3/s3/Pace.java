package org.btrfs2s3.s3;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Time and chance, as far as repetitions depend on them. Safe for all threads. */
interface Pace {

  Pace SYSTEM =
      new Pace() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
          Thread.sleep(duration);
        }

        @Override
        public double random() {
          return ThreadLocalRandom.current().nextDouble();
        }
      };

  /** As {@link System#nanoTime}. */
  long nanoTime();

  void sleep(Duration duration) throws InterruptedException;

  /** At least 0 and less than 1. */
  double random();
}
