package org.btrfs2s3.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.btrfs2s3.core.pipeline.Fanout.Branch;
import org.btrfs2s3.core.pipeline.Fanout.Outcome;
import org.btrfs2s3.core.pipeline.Fanout.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One source for several branches, and threads that must have ended afterwards. */
@Timeout(60)
abstract class Fanning {

  static final int LENGTH = 3 * Pipe.CHUNK_BYTES + 17;

  /** More than any pipe holds, so that who stops holds the others up. */
  static final int LONG = (2 * Pipe.CHUNKS + 3) * Pipe.CHUNK_BYTES + 17;

  /** Nobody is late within it, on any machine. */
  static final Duration HOUR = Duration.ofHours(1);

  static final Encoding RAW = new StagesEncoding(List.of());

  @TempDir Path temporary;

  @AfterEach
  void allThreadsHaveEnded() {
    Flow.assertAllThreadsHaveEnded();
  }

  static Result run(InputStream source, Branch... branches)
      throws PipelineException, InterruptedException {
    return Fanout.run(source, List.of(branches), HOUR);
  }

  static Result run(StageTree tree, Branch... branches)
      throws PipelineException, InterruptedException {
    return Fanout.run(tree, List.of(branches));
  }

  static void assertFailed(Outcome outcome, String stage, Throwable cause) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.cause()).hasCause(cause);
              assertThat(failed.cause().stage()).isEqualTo(stage);
            });
  }

  static void awaitUninterruptibly(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        // That is what the test is about.
      }
    }
  }

  static PipelineTarget failingAt(int position, IOException failure) {
    var taken = new AtomicInteger();
    return (bytes, offset, length) -> {
      if (taken.addAndGet(length) >= position) {
        throw failure;
      }
    };
  }

  static Encoding encoding(Stage... stages) {
    return new StagesEncoding(List.of(stages));
  }
}
