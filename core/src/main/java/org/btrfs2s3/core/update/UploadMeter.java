package org.btrfs2s3.core.update;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Tells how far a stream is, about twice a second, and once if a full backup is going to take
 * longer than the longest timeframe of its policy. For one thread at a time.
 */
final class UploadMeter {

  private static final Duration INTERVAL = Duration.ofMillis(500);

  /** Before that a rate says nothing of weeks. */
  private static final Duration SETTLED = Duration.ofMinutes(10);

  private final UpdateListener listener;
  private final InstantSource clock;
  private final List<RemoteUpload> uploads;
  private final long estimate;

  private final LongSupplier nanoTime;
  private long toldNanos;
  private Instant began;
  private long beganAt;
  private boolean warned;

  /**
   * @param uploads those that the stream goes to; looked at anew with every event
   * @param estimate bytes of the whole stream
   */
  UploadMeter(
      UpdateListener listener, InstantSource clock, List<RemoteUpload> uploads, long estimate) {
    this(listener, clock, System::nanoTime, uploads, estimate);
  }

  UploadMeter(
      UpdateListener listener,
      InstantSource clock,
      LongSupplier nanoTime,
      List<RemoteUpload> uploads,
      long estimate) {
    this.listener = listener;
    this.nanoTime = nanoTime;
    this.toldNanos = nanoTime.getAsLong() - INTERVAL.toNanos();
    this.clock = clock;
    this.uploads = uploads;
    this.estimate = estimate;
    this.began = clock.instant();
  }

  /** What was skipped was not uploaded, and says nothing of the rate. */
  void uploadBeginsAt(long position) {
    began = clock.instant();
    beganAt = position;
  }

  void at(long position) {
    long now = nanoTime.getAsLong();
    if (now - toldNanos < INTERVAL.toNanos()) {
      return;
    }
    toldNanos = now;
    for (var upload : List.copyOf(uploads)) {
      listener.on(new UpdateEvent.UploadProgress(upload.action(), position, estimate));
    }
    warnIfTooSlow(position);
  }

  private void warnIfTooSlow(long position) {
    var elapsed = Duration.between(began, clock.instant());
    if (warned || elapsed.compareTo(SETTLED) < 0 || position <= beganAt) {
      return;
    }
    double bytesPerSecond = (position - beganAt) / (double) elapsed.toSeconds();
    var expected = Duration.ofSeconds((long) (estimate / bytesPerSecond));
    for (var upload : List.copyOf(uploads)) {
      var longest = upload.policy().longest();
      if (upload.action().identity().isFull()
          && longest.isPresent()
          && expected.compareTo(longest.get()) > 0) {
        warned = true;
        listener.on(new UpdateEvent.UploadTooSlow(upload.action(), expected, longest.get()));
      }
    }
  }
}
