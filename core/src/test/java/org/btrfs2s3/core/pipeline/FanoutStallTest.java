package org.btrfs2s3.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.btrfs2s3.core.pipeline.Fanout.Branch;
import org.btrfs2s3.core.pipeline.Fanout.Outcome;
import org.btrfs2s3.core.pipeline.Fanout.Result;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches that hold others up, and callers that are interrupted meanwhile. */
final class FanoutStallTest extends Fanning {
  static Stream<Integer> longPositions() {
    return Stream.of(0, 1, Pipe.CHUNK_BYTES, LONG / 2, LONG - Pipe.CHUNK_BYTES, LONG - 1);
  }

  // Invariant 9. Near the end it holds up no byte any more, but the end of the run.
  @ParameterizedTest
  @MethodSource("longPositions")
  void targetThatStopsReadingIsLeftBehind(int position) throws Exception {
    byte[] input = Flow.noise(LONG);
    for (boolean behindStage : new boolean[] {false, true}) {
      for (boolean otherBehindStage : new boolean[] {false, true}) {
        var scene = new OneStops(position);

        List<Outcome> outcomes =
            scene.run(
                input,
                behindStage ? encoding(new Copy()) : RAW,
                otherBehindStage ? encoding(new Copy()) : RAW);

        assertThat(outcomes)
            .containsExactly(new Outcome.LeftBehind(OneStops.PATIENCE), new Outcome.Done(LONG));
        assertThat(scene.taken()).isEqualTo(input);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {LENGTH, LONG})
  void targetThatSaysThatItGetsOnIsNotLeftBehindAlthoughItsWriteBlocks(int length)
      throws Exception {
    for (boolean behindStage : new boolean[] {false, true}) {
      var scene = new OneGetsOn(length);

      List<Outcome> outcomes = scene.run(behindStage ? encoding(new Copy()) : RAW, RAW);

      assertThat(outcomes).hasSize(2).containsOnly(new Outcome.Done(length));
    }
  }

  @Test
  void allThatStopAreLeftBehindWithTheStageThatOnlyTheyNeed() throws Exception {
    var clock = new StandingClock();
    var shared = new Copy();
    PipelineTarget stopped = (bytes, offset, length) -> new CountDownLatch(1).await();
    var taken = new AtomicLong();
    // Then all that lies before the stopped ones is full, and nobody else can seem late.
    PipelineTarget other =
        (bytes, offset, length) -> {
          if (taken.addAndGet(length) == 2L * Pipe.CHUNKS * Pipe.CHUNK_BYTES) {
            clock.start();
          }
        };

    Result result =
        run(
            new StageTree(new Zeros(LONG), OneStops.PATIENCE, clock),
            new Branch(encoding(shared), stopped),
            new Branch(encoding(shared), stopped),
            new Branch(RAW, other));

    assertThat(result.outcomes().subList(0, 2))
        .containsOnly(new Outcome.LeftBehind(OneStops.PATIENCE));
    assertThat(result.outcomes().getLast()).isEqualTo(new Outcome.Done(LONG));
    assertThat(shared.sawEnd).isFalse();
  }

  @Test
  void targetThatIgnoresInterruptsIsLeftAloneAndItsBytesAreNotChanged() throws Exception {
    byte[] input = Flow.noise(LONG);
    var goOn = new CountDownLatch(1);
    var held = new AtomicReference<byte @Nullable []>();
    var clock = new StandingClock();
    PipelineTarget deaf =
        (bytes, offset, length) -> {
          held.set(bytes);
          clock.start();
          awaitUninterruptibly(goOn);
        };
    try {
      Result result =
          run(
              new StageTree(new ByteArrayInputStream(input), OneStops.PATIENCE, clock),
              new Branch(RAW, deaf),
              new Branch(RAW, new Sink()));

      assertThat(result.outcomes())
          .containsExactly(new Outcome.LeftBehind(OneStops.PATIENCE), new Outcome.Done(LONG));
      assertThat(held.get()).isEqualTo(Arrays.copyOf(input, Pipe.CHUNK_BYTES));
    } finally {
      goOn.countDown();
    }
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("pipeline ")) {
        thread.join();
      }
    }
  }

  @Test
  void nobodyIsLeftBehindIfAllStop() throws Exception {
    var allStopped = new CountDownLatch(2);
    PipelineTarget stopped =
        (bytes, offset, length) -> {
          allStopped.countDown();
          new CountDownLatch(1).await();
        };

    // Until then time stands still: who has not begun yet is not late.
    long begin = System.nanoTime();
    assertInterruptible(
        new StageTree(
            new Zeros(Long.MAX_VALUE),
            Duration.ofNanos(1),
            () -> allStopped.getCount() == 0 ? System.nanoTime() : begin),
        allStopped,
        new Branch(RAW, stopped),
        new Branch(encoding(new Copy()), stopped));
  }

  @Test
  void interruptOfTheCallerWhileTheSourceIsSlowStopsEverything() throws Exception {
    var started = new CountDownLatch(1);
    var announcing =
        new ScriptedStage(
            "announcing",
            (in, out) -> {
              started.countDown();
              in.transferTo(out);
            });

    assertInterruptible(
        new StageTree(new SlowSource(), HOUR, System::nanoTime),
        started,
        new Branch(encoding(announcing), new Sink()),
        new Branch(RAW, new Sink()));
  }

  private static void assertInterruptible(
      StageTree tree, CountDownLatch started, Branch... branches) throws InterruptedException {
    var outcome = new AtomicReference<@Nullable Throwable>();
    Thread caller =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    Fanout.run(tree, List.of(branches));
                  } catch (PipelineException | InterruptedException e) {
                    outcome.set(e);
                  }
                });
    started.await();
    caller.interrupt();
    caller.join();
    assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
  }
}
