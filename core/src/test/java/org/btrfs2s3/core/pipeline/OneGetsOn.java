package org.btrfs2s3.core.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.btrfs2s3.core.pipeline.Fanout.Branch;
import org.btrfs2s3.core.pipeline.Fanout.Outcome;

/**
 * A fan-out to a target whose first {@code write} lasts many times the patience, but which says all
 * along that it gets on, and to one that takes everything.
 *
 * <p>By a clock that only the slow target moves, when it holds the other one up.
 */
final class OneGetsOn {

  private static final Duration PATIENCE = Duration.ofMillis(1);

  private final AtomicLong clock = new AtomicLong();
  private final AtomicLong looksAtTheClock = new AtomicLong();
  private final AtomicLong takenByOther = new AtomicLong();
  private final AtomicReference<Runnable> moved = new AtomicReference<>(() -> {});
  private final int length;
  private boolean begun;

  OneGetsOn(int length) {
    this.length = length;
  }

  List<Outcome> run(Encoding ofSlow, Encoding ofOther)
      throws PipelineException, InterruptedException {
    // All that fits before the slow one.
    long capacity = (1L + ofSlow.stages().size()) * Pipe.CHUNKS * Pipe.CHUNK_BYTES;
    long enough = Math.min(length, capacity);
    PipelineTarget slow =
        (bytes, offset, count) -> {
          if (!begun) {
            begun = true;
            await(takenByOther, enough);
            getOn();
          }
        };
    PipelineTarget other = (bytes, offset, count) -> takenByOther.addAndGet(count);
    var tree = new StageTree(new Zeros(length), PATIENCE, this::now);
    return Fanout.run(
            tree, List.of(new Branch(ofSlow, slow, moved::set), new Branch(ofOther, other)))
        .outcomes();
  }

  private long now() {
    looksAtTheClock.incrementAndGet();
    return clock.get();
  }

  private void getOn() throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      clock.addAndGet(PATIENCE.toNanos() / 2);
      moved.get().run();
      // Whoever waits for this target must have had the chance to find it late.
      await(looksAtTheClock, looksAtTheClock.get() + 4);
    }
  }

  private static void await(AtomicLong value, long atLeast) throws InterruptedException {
    while (value.get() < atLeast) {
      Thread.sleep(1);
    }
  }
}
