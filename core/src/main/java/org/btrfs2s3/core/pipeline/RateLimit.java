package org.btrfs2s3.core.pipeline;

import java.time.Duration;

/**
 * Lets targets take no more than so many bytes per second, all of them together. What was not used
 * is saved up for at most a second. Thread-safe.
 *
 * <p>In any time, targets are given no more than the limit allows in that time and one second more.
 */
public final class RateLimit {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final int LARGEST_PIECE_BYTES = 64 << 10;

  /** A second has as many pieces, at least, so that slow targets get their bytes steadily. */
  private static final long PIECES_PER_SECOND = 10;

  /** Time, and how to let it pass. */
  interface Pace {
    /** As {@link System#nanoTime}. */
    long nanoTime();

    void sleep(long nanoseconds) throws InterruptedException;
  }

  private static final Pace REAL =
      new Pace() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public void sleep(long nanoseconds) throws InterruptedException {
          Thread.sleep(Duration.ofNanos(nanoseconds));
        }
      };

  private final long bytesPerSecond;
  private final Pace pace;

  /** When all that was granted is paid for, at the limit. Guarded by this. */
  private long paid;

  public RateLimit(long bytesPerSecond) {
    this(bytesPerSecond, REAL);
  }

  RateLimit(long bytesPerSecond, Pace pace) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException("rate must be positive: " + bytesPerSecond);
    }
    this.bytesPerSecond = bytesPerSecond;
    this.pace = pace;
    this.paid = pace.nanoTime();
  }

  /**
   * A target that passes bytes on to another when the limit allows it, in pieces of up to 64 KiB.
   * An interrupt ends the wait.
   */
  public PipelineTarget limit(PipelineTarget target) {
    int piece = Math.clamp(bytesPerSecond / PIECES_PER_SECOND, 1, LARGEST_PIECE_BYTES);
    return (bytes, offset, length) -> {
      for (int done = 0; done < length; done += piece) {
        int count = Math.min(piece, length - done);
        await(count);
        target.write(bytes, offset + done, count);
      }
    };
  }

  private void await(int bytes) throws InterruptedException {
    long wait = reserve(bytes);
    if (wait > 0) {
      pace.sleep(wait);
    }
  }

  /** For how long to wait, in nanoseconds, before these bytes may go. */
  private synchronized long reserve(int bytes) {
    long now = pace.nanoTime();
    long savings = Math.min(now - paid, SECOND);
    paid = now - savings + Math.ceilDiv(bytes * SECOND, bytesPerSecond);
    return paid - now;
  }
}
