package org.btrfs2s3.s3;

import java.time.Duration;
import org.btrfs2s3.core.store.RemoteException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the requests to one remote are repeated: after pauses that double up to a minute, of each of
 * which a random part is waited (full jitter), for as long as the policy says. What lasts is
 * logged, at most once a minute. Safe for all threads.
 */
final class Retries {

  private static final Logger LOG = LoggerFactory.getLogger(Retries.class);

  /** For what a run must not wait for: listings, and the removal of what is left over. */
  static final Duration BRIEF = Duration.ofMinutes(2);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** Shorter troubles are nobody's business. */
  private static final Duration WORTH_TELLING = Duration.ofSeconds(30);

  private static final Duration BETWEEN_WORDS = Duration.ofMinutes(1);

  private final Duration retryFor;
  private final Pace pace;

  /** Whether the remote ever said anything: else it may be the wrong address. */
  private volatile boolean answered;

  /** When something was last logged, in nanoseconds; guarded by this. */
  private @Nullable Long lastWord;

  Retries(Duration retryFor, Pace pace) {
    this.retryFor = retryFor;
    this.pace = pace;
  }

  Repetition begin() {
    return new Repetition(retryFor);
  }

  /** As {@link #begin}, but given up when it has failed for so long. */
  Repetition begin(Duration atMost) {
    return new Repetition(atMost.compareTo(retryFor) < 0 ? atMost : retryFor);
  }

  /**
   * As {@link #begin}, but nothing is repeated when so long has passed from now on. What is on its
   * way then may still take as long as a request may.
   */
  Repetition within(Duration atMost) {
    var repetition = begin(atMost);
    if (atMost.compareTo(retryFor) < 0) {
      repetition.failingSince = pace.nanoTime();
    }
    return repetition;
  }

  /** The remote is there. */
  void answered() {
    answered = true;
  }

  private synchronized boolean mayTell(long now) {
    if (lastWord != null && now - lastWord < BETWEEN_WORDS.toNanos()) {
      return false;
    }
    lastWord = now;
    return true;
  }

  /** One request with its repetitions. Used by one thread. */
  final class Repetition {

    private final Duration patience;

    /** When it first failed, or before: in nanoseconds. */
    private @Nullable Long failingSince;

    private int failures;
    private boolean repeatedAtOnce;

    private Repetition(Duration patience) {
      this.patience = patience;
    }

    /** The request got on: what fails from now on is a new failure. */
    void gotOn() {
      failingSince = null;
      failures = 0;
    }

    /** For how long it may go on; not positive when it is time to give up. */
    Duration left() {
      return failingSince == null ? patience : patience.minusNanos(pace.nanoTime() - failingSince);
    }

    /** Whether the remote has never said anything yet. */
    boolean isFirstContact() {
      return !answered;
    }

    /** True once. */
    boolean mayRepeatAtOnce() {
      boolean first = !repeatedAtOnce;
      repeatedAtOnce = true;
      return first;
    }

    /**
     * Waits until the request may be repeated.
     *
     * @return false if it is time to give up; then it did not wait
     */
    boolean pauseAfter(RemoteException failure) throws InterruptedException {
      long now = pace.nanoTime();
      if (failingSince == null) {
        failingSince = now;
      }
      failures++;
      var pause = pause();
      var failing = Duration.ofNanos(now - failingSince);
      if (failing.plus(pause).compareTo(patience) > 0) {
        return false;
      }
      boolean isLong = failing.compareTo(WORTH_TELLING) >= 0;
      if ((isLong || !answered) && mayTell(now)) {
        LOG.warn(
            "{}; {} tried for {} more",
            failure.getMessage(),
            isLong ? "this has been going on for " + words(failing) + " and is" : "it is",
            words(patience.minus(failing)));
      }
      pace.sleep(pause);
      return true;
    }

    /** The failure to throw when there are no more repetitions. */
    RemoteException lastWord(RemoteException failure) {
      if (failures < 2) {
        return failure;
      }
      return new RemoteException(
          failure.kind(),
          failure.getMessage() + "; it was tried " + failures + " times in vain",
          failure);
    }

    private Duration pause() {
      // The exponent is bounded because the shift wraps around.
      var longest = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 20));
      var bounded = longest.compareTo(LONGEST_PAUSE) < 0 ? longest : LONGEST_PAUSE;
      return Duration.ofNanos((long) (bounded.toNanos() * pace.random()));
    }

    private static String words(Duration duration) {
      return duration.toHours() > 0
          ? duration.toHours() + " h " + duration.toMinutesPart() + " min"
          : duration.toMinutes() > 0 ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
    }
  }
}
