package org.btrfs2s3.s3;

import java.time.Duration;

/**
 * How long to wait for a server.
 *
 * @param connect for a connection
 * @param silence for the next byte of an answer
 * @param attempt for one whole request, the transfer of a part not counted
 * @param firstPause before the first repetition; it doubles with each
 */
record Timing(Duration connect, Duration silence, Duration attempt, Duration firstPause) {

  /**
   * A minute of silence, because a server may take tens of seconds to put thousands of parts
   * together before it says anything.
   */
  static final Timing DEFAULT =
      new Timing(
          Duration.ofSeconds(15),
          Duration.ofSeconds(60),
          Duration.ofMinutes(3),
          Duration.ofMillis(500));

  /** Below this an uplink counts as dead, in bytes per second. */
  private static final int SLOWEST_TRANSFER = 16 * 1024;

  /** One request with a body of so many bytes. */
  Duration attemptWith(int length) {
    return attempt.plusSeconds(length / SLOWEST_TRANSFER);
  }

  /**
   * @param attempt the one that failed, from 1
   */
  void pauseAfter(int attempt) throws InterruptedException {
    Thread.sleep(firstPause.multipliedBy(1L << (attempt - 1)));
  }
}
