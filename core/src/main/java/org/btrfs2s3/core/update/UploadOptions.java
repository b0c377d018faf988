package org.btrfs2s3.core.update;

import org.btrfs2s3.core.btrfs.SendMode;
import org.jspecify.annotations.Nullable;

/**
 * How the send streams of an upload entry get to the remote.
 *
 * @param segmentBytes of the send stream in one object, before compression; null: a backup is
 *     always one object
 * @param bytesPerSecond that are uploaded at most; null: without a limit
 * @param compressedData whether extents that are compressed on the file system are sent as they are
 */
public record UploadOptions(
    @Nullable Long segmentBytes, @Nullable Long bytesPerSecond, boolean compressedData) {

  /** Segments of 16 GiB, no limit, data uncompressed. */
  public static final UploadOptions DEFAULT = new UploadOptions(16L << 30, null, false);

  public UploadOptions {
    if (segmentBytes != null && segmentBytes < 1) {
      throw new IllegalArgumentException("segment of " + segmentBytes + " bytes");
    }
    if (bytesPerSecond != null && bytesPerSecond < 1) {
      throw new IllegalArgumentException(bytesPerSecond + " bytes per second");
    }
  }

  /** What makes one stream of a snapshot differ from another; for the metadata of segments. */
  String sendOptions() {
    return compressedData ? "proto2,compressed-data" : "proto1";
  }

  /** How the snapshot is to be sent. */
  SendMode sendMode() {
    return compressedData ? SendMode.COMPRESSED_DATA : SendMode.DATA;
  }
}
