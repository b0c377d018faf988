package org.btrfs2s3.app.console;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** How fast something goes, measured over the last while: what is long ago does not tell. */
final class TransferRate {

  private record Sample(Instant time, long bytes) {}

  private final Duration window;
  private final Deque<Sample> samples = new ArrayDeque<>();

  /**
   * For one transfer.
   *
   * @param window how far back is looked, if there was anything in it
   */
  TransferRate(Duration window) {
    this.window = window;
  }

  /**
   * Takes how far it is now.
   *
   * @param bytes since the beginning; less than before where it began anew
   */
  void add(Instant now, long bytes) {
    if (!samples.isEmpty()
        && (now.isBefore(samples.getLast().time()) || bytes < samples.getLast().bytes())) {
      samples.clear();
    }
    samples.addLast(new Sample(now, bytes));
    // One sample that is too old stays: a rate needs two, however far they are apart.
    while (samples.size() > 2 && isOld(second(), now)) {
      samples.removeFirst();
    }
  }

  private Sample second() {
    var iterator = samples.iterator();
    iterator.next();
    return iterator.next();
  }

  private boolean isOld(Sample sample, Instant now) {
    return Duration.between(sample.time(), now).compareTo(window) >= 0;
  }

  /** Empty as long as no time has passed. */
  Optional<Long> bytesPerSecond() {
    if (samples.size() < 2) {
      return Optional.empty();
    }
    long millis = Duration.between(samples.getFirst().time(), samples.getLast().time()).toMillis();
    long bytes = samples.getLast().bytes() - samples.getFirst().bytes();
    return millis <= 0 ? Optional.empty() : Optional.of(Math.round(bytes * 1000.0 / millis));
  }

  /** How long so many more bytes will take; empty if nothing moves. */
  Optional<Duration> timeFor(long bytes) {
    return bytesPerSecond()
        .filter(rate -> rate > 0)
        .map(rate -> Duration.ofSeconds(Math.ceilDiv(Math.max(0, bytes), rate)));
  }
}
