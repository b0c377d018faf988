package org.btrfs2s3.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Invariant 6: the memory of all uploads is bounded. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
final class UploadMemoryTest {

  private static final long MIB = UploadMemory.CHUNK;

  private final UploadMemory memory = new UploadMemory(4 * MIB);

  @Test
  void handsTheSameMemoryOutAgain() throws Exception {
    byte[] chunk;
    try (var first = memory.lease(MIB)) {
      chunk = first.take();
      first.give(List.of(chunk));
    }
    try (var second = memory.lease(MIB)) {
      assertThat(second.take()).isSameAs(chunk);
    }
  }

  @Test
  void noArrayIsLargerThanAChunk() throws Exception {
    try (var lease = memory.lease(4 * MIB)) {
      assertThat(lease.take()).hasSize(1 << 20);
    }
  }

  @Test
  void waitsForAnotherUploadToEnd() throws Exception {
    var first = memory.lease(3 * MIB);
    assertWaitsUntil(() -> memory.lease(2 * MIB), first::close);
  }

  @Test
  void waitsForItsOwnChunksAndNotForThoseOfOthers() throws Exception {
    try (var other = memory.lease(2 * MIB);
        var lease = memory.lease(2 * MIB)) {
      var chunk = lease.take();
      lease.take();
      other.give(List.of(other.take()));
      assertWaitsUntil(lease::take, () -> lease.give(List.of(chunk)));
    }
  }

  @Test
  void stoppingEndsTheWaitAndEveryLaterOne() throws Exception {
    var lease = memory.lease(MIB);
    lease.take();
    try (var executor = Executors.newSingleThreadExecutor()) {
      Future<byte[]> waiting = executor.submit(lease::take);
      lease.stop();
      assertThatThrownBy(waiting::get).hasCauseInstanceOf(RemoteException.class);
    }
    assertThatThrownBy(lease::take).isInstanceOf(RemoteException.class);
  }

  @Test
  void closingTwiceFreesOnce() throws Exception {
    var first = memory.lease(2 * MIB);
    first.close();
    first.close();
    memory.lease(4 * MIB).close();
    assertThatThrownBy(() -> memory.lease(5 * MIB)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void chunksThatComeBackTooLateAreNotHandedOutAgain() throws Exception {
    var first = memory.lease(MIB);
    var late = first.take();
    first.close();
    first.give(List.of(late));
    try (var second = memory.lease(MIB)) {
      assertThat(second.take()).isNotSameAs(late);
    }
  }

  @Test
  void partsAreReadAsOftenAsNeeded() throws Exception {
    try (var lease = memory.lease(3 * MIB)) {
      var part = new Part(lease, 2 * MIB + 7, () -> {});
      var content = new byte[3 << 20];
      new Random(4711).nextBytes(content);
      int written = 0;
      while (!part.isFull()) {
        written += part.write(content, written, 300_001);
      }
      assertThat(written).isEqualTo((2 << 20) + 7);
      var expected = Arrays.copyOf(content, written);
      for (int i = 0; i < 2; i++) {
        try (var in = part.newStream()) {
          assertThat(in.readNBytes(1_500_000)).hasSize(1_500_000);
          in.reset();
          assertThat(in.readAllBytes()).isEqualTo(expected);
        }
      }
      part.release();
      assertThat(lease.take()).isNotNull();
    }
  }

  private static void assertWaitsUntil(Callable<?> take, Runnable release) throws Exception {
    var taker = Executors.newSingleThreadExecutor();
    var thread = taker.submit(Thread::currentThread).get();
    Future<?> waiting = taker.submit(take);
    while (!waitsForMemory(thread)) {
      assertThat(waiting.isDone()).isFalse();
      Thread.onSpinWait();
    }
    release.run();
    assertThat(waiting.get()).isNotNull();
    taker.close();
  }

  /** An idle worker waits as well, but elsewhere. */
  private static boolean waitsForMemory(Thread thread) {
    for (var frame : thread.getStackTrace()) {
      if (frame.getClassName().startsWith(UploadMemory.class.getName())) {
        return thread.getState() == Thread.State.WAITING;
      }
    }
    return false;
  }
}
