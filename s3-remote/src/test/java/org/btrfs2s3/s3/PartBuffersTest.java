package org.btrfs2s3.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Invariant 6: an upload's memory is bounded. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
final class PartBuffersTest {

  @Test
  void handsTheSameMemoryOutAgain() throws Exception {
    var buffers = new PartBuffers(300);
    var first = buffers.take(100);
    buffers.give(first);
    assertThat(buffers.take(100)).isSameAs(first);
  }

  @Test
  void waitsWhileTheCapacityIsUsedUp() throws Exception {
    var buffers = new PartBuffers(200);
    var first = buffers.take(100);
    buffers.take(100);
    assertWaitsUntil(() -> buffers.take(100), () -> buffers.give(first));
  }

  @Test
  void handsOutMoreThanTheCapacityOnlyAlone() throws Exception {
    var buffers = new PartBuffers(200);
    var first = buffers.take(100);
    assertWaitsUntil(() -> buffers.take(400), () -> buffers.give(first));
  }

  @Test
  void closingEndsTheWaitAndEveryLaterOne() throws Exception {
    var buffers = new PartBuffers(100);
    buffers.take(100);
    try (var executor = Executors.newSingleThreadExecutor()) {
      Future<byte[]> waiting = executor.submit(() -> buffers.take(100));
      buffers.close();
      assertThatThrownBy(waiting::get).hasCauseInstanceOf(RemoteException.class);
    }
    assertThatThrownBy(() -> buffers.take(1)).isInstanceOf(RemoteException.class);
  }

  private static void assertWaitsUntil(Callable<byte[]> take, Runnable release) throws Exception {
    var taker = Executors.newSingleThreadExecutor();
    var thread = taker.submit(Thread::currentThread).get();
    Future<byte[]> waiting = taker.submit(take);
    while (!waitsIn(thread, PartBuffers.class)) {
      assertThat(waiting.isDone()).isFalse();
      Thread.onSpinWait();
    }
    release.run();
    assertThat(waiting.get()).isNotNull();
    taker.close();
  }

  /** An idle worker waits as well, but elsewhere. */
  private static boolean waitsIn(Thread thread, Class<?> place) {
    for (var frame : thread.getStackTrace()) {
      if (frame.getClassName().equals(place.getName())) {
        return thread.getState() == Thread.State.WAITING;
      }
    }
    return false;
  }
}
