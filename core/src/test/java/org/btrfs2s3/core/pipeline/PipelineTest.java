package org.btrfs2s3.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PipelineTest {

  private static final int LENGTH = 3 * Pipe.CHUNK_BYTES + 17;

  @AfterEach
  void allThreadsHaveEnded() {
    Flow.assertAllThreadsHaveEnded();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        Pipe.CHUNK_BYTES - 1,
        Pipe.CHUNK_BYTES,
        Pipe.CHUNK_BYTES + 1,
        40 * Pipe.CHUNK_BYTES + 1
      })
  void passesEveryByteOnInOrder(int length) throws Exception {
    byte[] input = Flow.noise(length);
    for (int stages = 0; stages <= 3; stages++) {
      var copies = Stream.generate(Copy::new).limit(stages).map(Stage.class::cast).toList();
      assertThat(Flow.through(input, copies)).isEqualTo(input);
    }
  }

  @Test
  void countsBytesInAndOut() throws Exception {
    var source = new ByteArrayInputStream(new byte[LENGTH]);
    Stage doubling =
        new ScriptedStage(
            "doubling",
            (in, out) -> {
              for (int value = in.read(); value >= 0; value = in.read()) {
                out.write(value);
                out.write(value);
              }
            });

    StreamLengths lengths = Pipeline.run(source, List.of(doubling), (bytes, offset, length) -> {});

    assertThat(lengths).isEqualTo(new StreamLengths(LENGTH, 2L * LENGTH));
  }

  static Stream<Integer> positions() {
    return Stream.of(0, 1, Pipe.CHUNK_BYTES - 1, Pipe.CHUNK_BYTES, LENGTH / 2, LENGTH - 1, LENGTH);
  }

  // Invariant 1: whatever fails, and wherever, nothing behind it sees an end.
  @ParameterizedTest
  @MethodSource("positions")
  void failedStageNeverLooksLikeAnEndOfStream(int position) {
    for (int failing = 0; failing < 3; failing++) {
      var stages = new Stage[] {new Copy(), new Copy(), new Copy()};
      stages[failing] = new FailingCopy(position);

      PipelineException failure = failureOf(new ByteArrayInputStream(new byte[LENGTH]), stages);

      assertThat(failure.stage()).isEqualTo("failing");
      assertThat(failure).hasMessage("failing: at " + position).hasNoSuppressedExceptions();
      for (int behind = failing + 1; behind < 3; behind++) {
        assertThat(((Copy) stages[behind]).sawEnd).isFalse();
      }
    }
  }

  // Invariant 1
  @ParameterizedTest
  @MethodSource("positions")
  void failedSourceIsReportedAsTheSource(int position) {
    var copy = new Copy();
    var cause = new IOException("disk");

    PipelineException failure = failureOf(new FailingSource(position, cause), copy);

    assertThat(failure.stage()).isEqualTo(Pipeline.SOURCE);
    assertThat(failure).hasCause(cause).hasMessage("source: disk");
    assertThat(copy.sawEnd).isFalse();
  }

  @ParameterizedTest
  @MethodSource("positions")
  void failedTargetIsReportedAsTheTarget(int position) {
    var written = new ByteArrayOutputStream();
    PipelineTarget target =
        (bytes, offset, length) -> {
          written.write(bytes, offset, length);
          if (written.size() >= position) {
            throw new IOException("bucket");
          }
        };

    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(
            () ->
                Pipeline.run(
                    new ByteArrayInputStream(new byte[LENGTH]), List.of(new Copy()), target))
        .withMessage("target: bucket");
  }

  @Test
  void reportsTheFirstFailureAndNotWhatItBroke() {
    Stage wrapping =
        new ScriptedStage(
            "wrapping",
            (in, out) -> {
              try {
                in.transferTo(out);
              } catch (IOException e) {
                throw new IllegalStateException("broken by another", e);
              }
            });

    PipelineException failure =
        failureOf(new ByteArrayInputStream(new byte[LENGTH]), new FailingCopy(5), wrapping);

    assertThat(failure.stage()).isEqualTo("failing");
  }

  // Invariant 1: a stage that is content with less must not hide that its source fails.
  @Test
  void stageThatReturnsEarlyFails() {
    Stage head = new ScriptedStage("head", (in, out) -> out.write(in.readNBytes(10)));

    assertThat(failureOf(new ByteArrayInputStream(new byte[LENGTH]), head))
        .hasMessage("head: ended before its input did");
    assertThat(failureOf(new FailingSource(10, new IOException("late")), head))
        .hasMessage("source: late");
  }

  @Test
  void errorsOfStagesAreFailures() {
    Stage broken =
        new ScriptedStage(
            "broken",
            (in, out) -> {
              throw new StackOverflowError("deep");
            });

    assertThat(failureOf(InputStream.nullInputStream(), broken)).hasMessage("broken: deep");
  }

  @Test
  void closesASlowSourceWhenAStageFails() {
    var source = new SlowSource();

    PipelineException failure = failureOf(source, new FailingCopy(0));

    assertThat(failure.stage()).isEqualTo("failing");
    assertThat(source.isClosed()).isTrue();
  }

  @Test
  void leavesTheSourceOpenWhenAllIsWell() throws Exception {
    var closed = new AtomicBoolean();
    var source =
        new ByteArrayInputStream(new byte[1]) {
          @Override
          public void close() {
            closed.set(true);
          }
        };

    Pipeline.run(source, List.of(), (bytes, offset, length) -> {});

    assertThat(closed).isFalse();
  }

  @Test
  void interruptOfTheCallerWhileWaitingStopsEverything() throws Exception {
    assertInterruptible(new SlowSource(), new Copy(), (bytes, offset, length) -> {});
  }

  @Test
  void interruptOfTheCallerInTheTargetStopsEverything() throws Exception {
    PipelineTarget blocked = (bytes, offset, length) -> new CountDownLatch(1).await();

    assertInterruptible(new Zeros(Long.MAX_VALUE), new Copy(), blocked);
  }

  @Test
  void interruptThatTheTargetTurnsIntoAnExceptionStopsEverything() throws Exception {
    PipelineTarget blocked =
        (bytes, offset, length) -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("aborted", e);
          }
        };

    assertInterruptible(new Zeros(Long.MAX_VALUE), new Copy(), blocked);
  }

  // Invariant 6
  @Test
  void staysWithinItsMemoryBoundBehindASlowTarget() throws Exception {
    long length = 1L << 30;
    var allFull = new CountDownLatch(1);
    var pipelines = new AtomicReference<@Nullable Pipeline>();
    // Takes nothing until no chunk can be had any more: the slowest target possible.
    PipelineTarget slow =
        (bytes, offset, count) -> {
          if (allFull.getCount() > 0) {
            awaitChunks(pipelines.get(), 3 * Pipe.CHUNKS);
            allFull.countDown();
          }
        };
    var pipeline = new Pipeline(new Zeros(length), List.of(new Copy(), new Copy()), slow);
    pipelines.set(pipeline);

    StreamLengths lengths = pipeline.run();

    assertThat(lengths.out()).isEqualTo(length);
    assertThat((long) pipeline.allocatedChunks() * Pipe.CHUNK_BYTES).isEqualTo(24L << 20);
  }

  @Test
  void smallStreamTakesLittleMemory() throws Exception {
    var pipeline =
        new Pipeline(
            new ByteArrayInputStream(new byte[100]), List.of(new Copy()), (bytes, o, l) -> {});

    pipeline.run();

    assertThat(pipeline.allocatedChunks()).isEqualTo(2);
  }

  private static void awaitChunks(@Nullable Pipeline pipeline, int chunks) {
    while (pipeline != null && pipeline.allocatedChunks() < chunks) {
      Thread.onSpinWait();
    }
  }

  private static PipelineException failureOf(InputStream source, Stage... stages) {
    PipelineException failure =
        catchThrowableOfType(
            PipelineException.class,
            () -> Pipeline.run(source, List.of(stages), (bytes, o, l) -> {}));
    assertThat(failure).isNotNull();
    return failure;
  }

  private static void assertInterruptible(InputStream source, Stage stage, PipelineTarget target)
      throws InterruptedException {
    var outcome = new AtomicReference<@Nullable Throwable>();
    var started = new CountDownLatch(1);
    Stage announcing =
        new ScriptedStage(
            "announcing",
            (in, out) -> {
              started.countDown();
              stage.transform(in, out);
            });
    Thread caller =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    Pipeline.run(source, List.of(announcing), target);
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
