package org.btrfs2s3.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.junit.jupiter.api.Test;

/** Syncs while something is received, one at a time, and no failure of one is missed. */
final class WriteBehindTest {

  private final AtomicInteger begun = new AtomicInteger();
  private final Semaphore allowed = new Semaphore(0);

  private final WriteBehind behind =
      new WriteBehind(
          () -> {
            begun.incrementAndGet();
            allowed.acquireUninterruptibly();
          },
          10);

  @Test
  void lessThanAStepIsLeftToTheSyncAtTheEnd() {
    behind.received(4);
    behind.received(5);

    assertThat(behind.finish()).isEmpty();
    assertThat(begun).hasValue(0);
  }

  @Test
  void whileOneIsGoingOnNoneIsBegun() {
    behind.received(10);
    behind.received(100);
    allowed.release();
    assertThat(behind.finish()).isEmpty();
    assertThat(begun).hasValue(1);

    allowed.release();
    behind.received(1); // Together with those that came meanwhile.
    assertThat(behind.finish()).isEmpty();
    assertThat(begun).hasValue(2);
  }

  @Test
  void anInterruptDoesNotLeaveOneBehind() {
    behind.received(10);
    Thread.currentThread().interrupt();
    Thread.ofPlatform().start(allowed::release);

    assertThat(behind.finish()).isEmpty();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(allowed.availablePermits()).isZero();
  }

  @Test
  void aFailureStaysAndIsTold() {
    var failing = new AtomicInteger();
    var broken =
        new WriteBehind(
            () -> {
              failing.incrementAndGet();
              throw new BtrfsException("cannot sync: EIO", "EIO", null);
            },
            10);
    broken.received(10);
    assertThat(broken.finish()).map(BtrfsException::errno).contains("EIO");

    // Another sync would succeed, as the kernel has told already.
    broken.received(10);
    assertThat(broken.finish()).map(BtrfsException::errno).contains("EIO");
    assertThat(failing).hasValue(1);
  }

  @Test
  void aDefectIsAFailure() {
    var broken =
        new WriteBehind(
            () -> {
              throw new IllegalStateException("defect");
            },
            1);
    broken.received(1);

    assertThat(broken.finish())
        .map(Throwable::getMessage)
        .hasValueSatisfying(message -> assertThat(message).contains("defect"));
  }
}
