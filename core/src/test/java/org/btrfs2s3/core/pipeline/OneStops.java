package org.btrfs2s3.core.pipeline;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.btrfs2s3.core.pipeline.Fanout.Branch;
import org.btrfs2s3.core.pipeline.Fanout.Outcome;

/**
 * A fan-out to a target that takes so many bytes and then blocks, and to one that takes everything.
 *
 * <p>Time stands still until the branch of the first can take nothing more, so that only that one
 * may ever seem late. Their stages, if any, must change nothing.
 */
final class OneStops {

  static final Duration PATIENCE = Duration.ofMillis(1);

  private final StandingClock clock = new StandingClock();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicLong takenByOther = new AtomicLong();
  private final Sink sink = new Sink();
  private final int position;

  OneStops(int position) {
    this.position = position;
  }

  List<Outcome> run(byte[] input, Encoding ofStopping, Encoding ofOther)
      throws PipelineException, InterruptedException {
    // What is before the chunk that it stops in, its pipe, and its stage's pipe.
    long capacity = position - position % Pipe.CHUNK_BYTES + 2L * Pipe.CHUNKS * Pipe.CHUNK_BYTES;
    long enough = ofStopping.stages().isEmpty() ? 0 : Math.min(input.length, capacity);
    var taken = new AtomicLong();
    PipelineTarget stopping =
        (bytes, offset, length) -> {
          if (taken.addAndGet(length) > position) {
            stopped.set(true);
            startClockAt(enough);
            new CountDownLatch(1).await();
          }
        };
    PipelineTarget other =
        (bytes, offset, length) -> {
          sink.write(bytes, offset, length);
          takenByOther.addAndGet(length);
          startClockAt(enough);
        };
    var tree = new StageTree(new ByteArrayInputStream(input), PATIENCE, clock);
    return Fanout.run(tree, List.of(new Branch(ofStopping, stopping), new Branch(ofOther, other)))
        .outcomes();
  }

  private void startClockAt(long enough) {
    if (stopped.get() && takenByOther.get() >= enough) {
      clock.start();
    }
  }

  /** What the other target took. */
  byte[] taken() {
    return sink.bytes();
  }
}
