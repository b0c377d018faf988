package org.btrfs2s3.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.btrfs2s3.core.pipeline.Fanout.Branch;
import org.btrfs2s3.core.pipeline.Fanout.Outcome;
import org.btrfs2s3.core.pipeline.Fanout.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A branch, a stage or the source fails: whose failure it is, and who goes on (invariant 12). */
final class FanoutFailureTest extends Fanning {
  static Stream<Integer> positions() {
    return Stream.of(0, 1, Pipe.CHUNK_BYTES - 1, Pipe.CHUNK_BYTES, LENGTH / 2, LENGTH - 1, LENGTH);
  }

  // Invariant 9
  @ParameterizedTest
  @MethodSource("positions")
  void targetThatFailsLeavesTheOthersGoing(int position) throws Exception {
    byte[] input = Flow.noise(LENGTH);
    var shared = new Copy();
    var raw = new Sink();
    var copied = new Sink();
    var cause = new IOException("bucket");

    Result result =
        run(
            new ByteArrayInputStream(input),
            new Branch(encoding(shared), failingAt(position, cause)),
            new Branch(RAW, raw),
            new Branch(encoding(shared), copied),
            new Branch(RAW, failingAt(position, cause)));

    assertFailed(result.outcomes().get(0), Pipeline.TARGET, cause);
    assertFailed(result.outcomes().get(3), Pipeline.TARGET, cause);
    assertThat(result.outcomes().get(1)).isEqualTo(new Outcome.Done(LENGTH));
    assertThat(result.outcomes().get(2)).isEqualTo(new Outcome.Done(LENGTH));
    assertThat(raw.bytes()).isEqualTo(input);
    assertThat(copied.bytes()).isEqualTo(input);
  }

  // Invariants 1 and 9: what lies below the stage sees no end, what lies beside it does.
  @ParameterizedTest
  @MethodSource("positions")
  void stageThatFailsIsTheFailureOfAllBelowIt(int position) throws Exception {
    var failing = new FailingCopy(position);
    var below = new Copy();

    Result result =
        run(
            new Zeros(LENGTH),
            new Branch(encoding(failing, below), new Sink()),
            new Branch(encoding(failing), new Sink()),
            new Branch(encoding(new Copy()), new Sink()),
            new Branch(RAW, new Sink()));

    for (Outcome outcome : result.outcomes().subList(0, 2)) {
      assertThat(outcome)
          .isInstanceOfSatisfying(
              Outcome.Failed.class,
              failed ->
                  assertThat(failed.cause())
                      .hasMessage("failing: at " + position)
                      .hasNoSuppressedExceptions());
    }
    assertThat(below.sawEnd).isFalse();
    assertThat(result.outcomes().subList(2, 4)).containsOnly(new Outcome.Done(LENGTH));
  }

  @Test
  void filterThatFailsLeavesTheOthersGoing() throws Exception {
    var failing = new FilterEncoding(List.of(List.of("sh", "-c", "head -c 100; exit 3")));
    var working = new FilterEncoding(List.of(List.of("cat")));

    Result result =
        run(
            new Zeros(LONG),
            new Branch(failing, new Sink()),
            new Branch(working, new Sink()),
            new Branch(RAW, new Sink()));

    assertThat(result.outcomes().getFirst())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed ->
                assertThat(failed.cause())
                    .hasMessage("pipe_through[0] sh: failed with exit code 3"));
    assertThat(result.outcomes().subList(1, 3)).containsOnly(new Outcome.Done(LONG));
  }

  // Invariant 1
  @ParameterizedTest
  @MethodSource("positions")
  void sourceThatFailsIsNoOutcome(int position) {
    var cause = new IOException("disk");
    var copy = new Copy();

    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(
            () ->
                run(
                    new FailingSource(position, cause),
                    new Branch(encoding(copy), new Sink()),
                    new Branch(RAW, new Sink())))
        .withMessage("source: disk")
        .withCause(cause)
        .satisfies(e -> assertThat(e.stage()).isEqualTo(Pipeline.SOURCE));
    assertThat(copy.sawEnd).isFalse();
  }

  @Test
  void stopsASlowSourceWhenAllBranchesHaveFailed() throws Exception {
    var source = new SlowSource();
    var cause = new IOException("cannot start");
    var failing =
        new ScriptedStage(
            "failing",
            (in, out) -> {
              throw cause;
            });

    Result result =
        run(
            source,
            new Branch(encoding(failing), new Sink()),
            new Branch(encoding(new FailingCopy(0)), new Sink()));

    assertThat(source.isClosed()).isTrue();
    assertThat(result.outcomes()).hasSize(2).hasOnlyElementsOfType(Outcome.Failed.class);
    assertFailed(result.outcomes().getFirst(), "failing", cause);
  }

  @Test
  void leavesTheSourceOpenWhenOneBranchIsDone() throws Exception {
    var closed = new AtomicBoolean();
    var source =
        new ByteArrayInputStream(new byte[1]) {
          @Override
          public void close() {
            closed.set(true);
          }
        };

    run(source, new Branch(RAW, new Sink()), new Branch(RAW, failingAt(0, new IOException())));

    assertThat(closed).isFalse();
  }
}
