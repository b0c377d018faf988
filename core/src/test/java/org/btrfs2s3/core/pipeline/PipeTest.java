package org.btrfs2s3.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.btrfs2s3.core.pipeline.Pipe.Chunk;
import org.btrfs2s3.core.pipeline.Pipe.Reader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several readers of one pipe, by a clock that only the test moves. */
@Timeout(60)
class PipeTest {

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final AtomicLong clock = new AtomicLong();
  private final List<Reader> laggards = new CopyOnWriteArrayList<>();
  private final Pipe pipe =
      new Pipe(
          Duration.ofNanos(MINUTE),
          clock::get,
          reader -> {
            laggards.add(reader);
            reader.leave();
          });
  private final Reader quick = pipe.newReader();
  private final Reader steady = pipe.newReader();
  private final Reader stuck = pipe.newReader();

  @Test
  void readersShareChunksWhichAreFreeAfterTheLast() throws Exception {
    put(1);
    Chunk chunk = quick.next();

    assertThat(steady.next()).isSameAs(chunk);
    assertThat(stuck.next()).isSameAs(chunk);
    put(2);
    assertThat(pipe.allocatedChunks()).isEqualTo(2);
    for (Reader reader : List.of(quick, steady, stuck)) {
      assertThat(reader.next()).isNotSameAs(chunk);
    }
    assertThat(pipe.takeFree()).isSameAs(chunk);
  }

  @Test
  void readerIsLateAfterThePatienceIfAnotherHasNothingToRead() throws Exception {
    var writer = stalledWriter();
    var starved = readingAhead(quick);
    takeAll(steady);
    awaitTimedWaiting(writer);

    advance(MINUTE - 1);
    assertThat(laggards).isEmpty();
    // It holds its last chunk still, but took some of it.
    steady.tookSome();
    advance(1);
    writer.join();

    assertThat(laggards).containsExactly(stuck);
    assertThatExceptionOfType(BrokenPipeException.class).isThrownBy(stuck::next);
    pipe.breakOff();
    starved.join();
  }

  @Test
  void nobodyIsLateWhileNobodyIsHeldUp() throws Exception {
    var writer = stalledWriter();

    advance(10 * MINUTE);
    assertThat(laggards).isEmpty();
    // Only from now on is one held up.
    var starved = readingAhead(quick);
    awaitTimedWaiting(writer);
    advance(MINUTE - 1);
    assertThat(laggards).isEmpty();

    pipe.breakOff();
    writer.join();
    starved.join();
  }

  @Test
  void whatALaggardIsReadingIsNotUsedAgain() throws Exception {
    for (int i = 0; i < Pipe.CHUNKS; i++) {
      put(i);
    }
    Chunk held = stuck.next();
    takeAll(quick);
    takeAll(steady);
    stuck.leave();
    put(100);
    takeOne(quick);
    takeOne(steady);

    for (int i = 0; i < Pipe.CHUNKS - 2; i++) {
      assertThat(pipe.takeFree()).isNotSameAs(held);
    }
    // Its place was taken by a new one, and the bound holds.
    assertThat(pipe.allocatedChunks()).isLessThanOrEqualTo(Pipe.CHUNKS);
  }

  private void put(int value) throws Exception {
    Chunk chunk = pipe.takeFree();
    chunk.bytes[0] = (byte) value;
    chunk.length = 1;
    pipe.put(chunk);
  }

  private static void takeOne(Reader reader) throws Exception {
    assertThat(reader.next()).isNotNull();
  }

  private static void takeAll(Reader reader) throws Exception {
    for (int i = 0; i < Pipe.CHUNKS; i++) {
      takeOne(reader);
    }
  }

  /** Fills the pipe and waits for one more chunk. */
  private Thread stalledWriter() throws Exception {
    for (int i = 0; i < Pipe.CHUNKS; i++) {
      put(i);
    }
    return waiting(() -> pipe.takeFree());
  }

  /** Takes all that was put and waits for more. */
  private Thread readingAhead(Reader reader) throws Exception {
    takeAll(reader);
    return waiting(() -> reader.next());
  }

  /** Until the writer knows that a reader is held up. */
  private static void awaitTimedWaiting(Thread writer) {
    while (writer.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
  }

  private interface Step {
    @Nullable Object run() throws Exception;
  }

  private static Thread waiting(Step step) {
    var failure = new AtomicReference<@Nullable Exception>();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    step.run();
                  } catch (Exception e) {
                    failure.set(e);
                  }
                });
    awaitWaiting(thread);
    return thread;
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  /** Moves the clock, and lets who waits look at it. */
  private void advance(long nanoseconds) {
    clock.addAndGet(nanoseconds);
    synchronized (pipe) {
      pipe.notifyAll();
    }
  }
}
