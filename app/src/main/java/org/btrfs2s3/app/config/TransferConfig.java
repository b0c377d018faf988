package org.btrfs2s3.app.config;

import org.jspecify.annotations.Nullable;

/**
 * How a send stream gets to a remote.
 *
 * @param segmentBytes of the send stream in one object; null: always one object
 * @param bytesPerSecond that are uploaded at most; null: as fast as it goes
 * @param compressedData whether data that is compressed on the file system is sent as it is
 */
public record TransferConfig(
    @Nullable Long segmentBytes, @Nullable Long bytesPerSecond, boolean compressedData) {

  static final AmountRange SEGMENT_BYTES = new AmountRange(Measure.SIZE, 1L << 20, 48L << 40);
  static final AmountRange BYTES_PER_SECOND =
      new AmountRange(Measure.RATE, 1_000, 1_000_000_000_000L);
  static final long DEFAULT_SEGMENT_BYTES = 16L << 30;
}
