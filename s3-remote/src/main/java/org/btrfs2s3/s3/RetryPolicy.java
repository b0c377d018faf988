package org.btrfs2s3.s3;

import java.time.Duration;

/**
 * How long a remote that does not answer is waited for.
 *
 * @param retryFor how long a request may go on failing before it is given up. Listings are not sent
 *     again after two minutes, counted from their beginning: a run does not wait for a remote that
 *     is away before it makes its snapshots
 * @param stall after how long without a byte a request is cancelled, and sent again unless its time
 *     is up
 */
public record RetryPolicy(Duration retryFor, Duration stall) {

  public static final RetryPolicy DEFAULT =
      new RetryPolicy(Duration.ofHours(6), Duration.ofMinutes(2));

  public RetryPolicy {
    if (retryFor.isNegative()) {
      throw new IllegalArgumentException("negative retry_for: " + retryFor);
    }
    if (!stall.isPositive()) {
      throw new IllegalArgumentException("not a time without a byte: " + stall);
    }
  }
}
