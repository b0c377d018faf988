package org.btrfs2s3.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;
import org.btrfs2s3.core.pipeline.Fanout.Branch;
import org.btrfs2s3.core.pipeline.Fanout.Outcome;
import org.btrfs2s3.core.pipeline.Fanout.Result;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FanoutTest {

  private static final int LENGTH = 3 * Pipe.CHUNK_BYTES + 17;

  /** More than any pipe holds, so that who stops holds the others up. */
  private static final int LONG = (2 * Pipe.CHUNKS + 3) * Pipe.CHUNK_BYTES + 17;

  /** Nobody is late within it, on any machine. */
  private static final Duration HOUR = Duration.ofHours(1);

  private static final Encoding RAW = new StagesEncoding(List.of());

  @TempDir Path temporary;

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
        20 * Pipe.CHUNK_BYTES + 1
      })
  void passesEveryByteOnInOrderToEveryTarget(int length) throws Exception {
    byte[] input = Flow.noise(length);
    var shared = new Copy();
    var sinks = Stream.generate(Sink::new).limit(5).toList();

    Result result =
        run(
            new ByteArrayInputStream(input),
            new Branch(RAW, sinks.get(0)),
            new Branch(encoding(shared), sinks.get(1)),
            new Branch(encoding(shared, new Copy()), sinks.get(2)),
            new Branch(encoding(shared, new Copy(), new Copy()), sinks.get(3)),
            new Branch(RAW, sinks.get(4)));

    assertThat(result.bytesIn()).isEqualTo(length);
    assertThat(result.outcomes()).hasSize(5).containsOnly(new Outcome.Done(length));
    assertThat(sinks).allSatisfy(sink -> assertThat(sink.bytes()).isEqualTo(input));
  }

  @Test
  void eachBranchCountsItsOwnBytes() throws Exception {
    var doubling =
        new ScriptedStage(
            "doubling",
            (in, out) -> {
              for (int value = in.read(); value >= 0; value = in.read()) {
                out.write(value);
                out.write(value);
              }
            });

    Result result =
        run(
            new Zeros(LENGTH),
            new Branch(encoding(doubling), new Sink()),
            new Branch(RAW, new Sink()));

    assertThat(result)
        .isEqualTo(
            new Result(LENGTH, List.of(new Outcome.Done(2L * LENGTH), new Outcome.Done(LENGTH))));
  }

  @Test
  void runsEveryDistinctStageOnce() throws Exception {
    var runs = new AtomicInteger();
    ScriptedStage.Script counting =
        (in, out) -> {
          runs.incrementAndGet();
          in.transferTo(out);
        };
    var fast = new ScriptedStage("compress fast", counting);
    var small = new ScriptedStage("compress small", counting);
    var forAlice = new ScriptedStage("encrypt to Alice", counting);
    var forBob = new ScriptedStage("encrypt to Bob", counting);

    Result result =
        run(
            new Zeros(LENGTH),
            new Branch(RAW, new Sink()),
            new Branch(encoding(fast), new Sink()),
            new Branch(encoding(fast, forAlice), new Sink()),
            new Branch(encoding(fast, forAlice), new Sink()),
            new Branch(encoding(fast, forBob), new Sink()),
            new Branch(encoding(small, forAlice), new Sink()),
            new Branch(encoding(forAlice), new Sink()));

    assertThat(result.outcomes()).hasSize(7).containsOnly(new Outcome.Done(LENGTH));
    // Each compression once, each encryption once for each compression before it.
    assertThat(runs).hasValue(6);
  }

  @Test
  void sharesCompressionAndEncryptionOfEqualSettings() throws Exception {
    Recipients alice = recipients("alice");
    Recipients aliceAgain = Recipients.load(List.of(temporary.resolve("alice")), Instant.now());
    byte[] input = Flow.text(LENGTH);
    var sinks = Stream.generate(Sink::new).limit(5).toList();

    Result result =
        run(
            new ByteArrayInputStream(input),
            new Branch(standard(3, alice), sinks.get(0)),
            new Branch(standard(3, aliceAgain), sinks.get(1)),
            new Branch(standard(3, recipients("bob")), sinks.get(2)),
            new Branch(standard(1, alice), sinks.get(3)),
            new Branch(new StandardEncoding(zstd(3), new Encryption.None()), sinks.get(4)));

    assertThat(result.outcomes()).hasOnlyElementsOfType(Outcome.Done.class);
    // Two encryptions, even to the same key, never give the same bytes.
    assertThat(sinks.get(1).bytes()).isEqualTo(sinks.get(0).bytes());
    assertThat(sinks.get(2).bytes()).isNotEqualTo(sinks.get(0).bytes());
    var identities =
        Identities.load(
            List.of(temporary.resolve("alice.secret"), temporary.resolve("bob.secret")),
            IdentityPassphrase.NONE);
    for (Sink sink : sinks.subList(0, 4)) {
      var decoding = Decoding.stages(List.of(".zst", ".gpg"), identities);
      assertThat(Flow.through(sink.bytes(), decoding)).isEqualTo(input);
    }
    assertThat(Flow.through(sinks.get(4).bytes(), new ZstdDecompress())).isEqualTo(input);
  }

  @Test
  void sharesFiltersOfEqualChainsOnly() throws Exception {
    Path runs = temporary.resolve("runs");
    List<String> counting = List.of("sh", "-c", "echo run >> " + runs + "; cat");
    var one = new FilterEncoding(List.of(counting));
    var same = new FilterEncoding(List.of(counting));
    var other = new FilterEncoding(List.of(counting, List.of("cat")));
    var sinks = Stream.generate(Sink::new).limit(3).toList();

    run(
        new Zeros(LENGTH),
        new Branch(one, sinks.get(0)),
        new Branch(same, sinks.get(1)),
        new Branch(other, sinks.get(2)));

    assertThat(Files.readAllLines(runs)).hasSize(2);
    assertThat(sinks).allSatisfy(sink -> assertThat(sink.bytes()).hasSize(LENGTH));
  }

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

  // Invariant 6
  @Test
  void staysWithinItsMemoryBoundBehindSlowTargets() throws Exception {
    var copy = new Copy();
    List<Encoding> encodings = List.of(RAW, encoding(copy), encoding(copy, new Copy()));
    var trees = new AtomicReference<@Nullable StageTree>();
    // They take nothing until no chunk can be had any more: the slowest possible.
    PipelineTarget slow =
        (bytes, offset, count) -> {
          StageTree tree = trees.get();
          while (tree != null && tree.allocatedChunks() < 3 * Pipe.CHUNKS) {
            Thread.onSpinWait();
          }
          trees.set(null);
        };
    var tree = new StageTree(new Zeros(1L << 28), HOUR, System::nanoTime);
    trees.set(tree);

    Result result =
        run(tree, encodings.stream().map(e -> new Branch(e, slow)).toArray(Branch[]::new));

    assertThat(result.outcomes()).hasSize(3).containsOnly(new Outcome.Done(1L << 28));
    assertThat(tree.allocatedChunks()).isEqualTo(3 * Pipe.CHUNKS);
    // One more for each of two branches that might have been left behind while reading.
    assertThat(Fanout.memoryBound(encodings)).isEqualTo((3L * Pipe.CHUNKS + 2) << 20);
  }

  @Test
  void oneBranchNeedsWhatAPipelineNeeds() {
    assertThat(Fanout.memoryBound(List.of(encoding(new Copy(), new Copy())))).isEqualTo(24L << 20);
    assertThat(Fanout.memoryBound(List.of(standardRaw(), standardRaw()))).isEqualTo(9L << 20);
  }

  @Test
  void needsABranch() {
    assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> run(new Zeros(1)));
  }

  private static Result run(InputStream source, Branch... branches)
      throws PipelineException, InterruptedException {
    return Fanout.run(source, List.of(branches), HOUR);
  }

  private static Result run(StageTree tree, Branch... branches)
      throws PipelineException, InterruptedException {
    return Fanout.run(tree, List.of(branches));
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

  private static void assertFailed(Outcome outcome, String stage, Throwable cause) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.cause()).hasCause(cause);
              assertThat(failed.cause().stage()).isEqualTo(stage);
            });
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        // That is what the test is about.
      }
    }
  }

  private static PipelineTarget failingAt(int position, IOException failure) {
    var taken = new AtomicInteger();
    return (bytes, offset, length) -> {
      if (taken.addAndGet(length) >= position) {
        throw failure;
      }
    };
  }

  private Recipients recipients(String name) throws Exception {
    OpenPGPKey key = new BcOpenPGPApi().generateKey(4).ed25519x25519Key(name).build();
    Path certificate = temporary.resolve(name);
    Files.write(certificate, key.toCertificate().getEncoded());
    Files.writeString(temporary.resolve(name + ".secret"), key.toAsciiArmoredString());
    return Recipients.load(List.of(certificate), Instant.now());
  }

  private static Compression zstd(int level) {
    return new Compression.Zstd(level);
  }

  private static Encoding standard(int level, Recipients recipients) {
    return new StandardEncoding(zstd(level), new Encryption.OpenPgp(recipients));
  }

  private static Encoding standardRaw() {
    return new StandardEncoding(new Compression.None(), new Encryption.None());
  }

  private static Encoding encoding(Stage... stages) {
    return new StagesEncoding(List.of(stages));
  }
}
