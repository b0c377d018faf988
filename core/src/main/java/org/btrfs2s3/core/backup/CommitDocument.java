package org.btrfs2s3.core.backup;

import java.util.List;

/**
 * The content of the object that makes a segmented backup of its segments. It detects damage, not
 * forgery.
 *
 * @param encoding as in {@link BackupMetadata}
 * @param recipients ids of the keys that the segments are encrypted to; empty if they are not
 * @param sendOptions with which the stream was made
 * @param segmentBytes of the send stream in each segment but the last
 * @param segments in the order of the stream
 * @param rawLength bytes of the whole send stream
 * @param rawSha256 its {@link RawHash}
 */
public record CommitDocument(
    BackupIdentity identity,
    Attempt attempt,
    String encoding,
    List<String> recipients,
    String sendOptions,
    long segmentBytes,
    List<Segment> segments,
    long rawLength,
    String rawSha256) {

  /**
   * One segment.
   *
   * @param name the last component of its key, without any prefix, so that a backup can be moved
   * @param rawOffset of its first byte in the send stream
   * @param rawLength bytes of the send stream that it holds
   */
  public record Segment(String name, StoredContent content, long rawOffset, long rawLength) {}

  public CommitDocument {
    recipients = List.copyOf(recipients);
    segments = List.copyOf(segments);
    long offset = 0;
    for (var segment : segments) {
      if (segment.rawOffset() != offset) {
        throw new IllegalArgumentException(
            "segment at " + segment.rawOffset() + " instead of " + offset);
      }
      offset += segment.rawLength();
    }
    if (offset != rawLength) {
      throw new IllegalArgumentException("segments of " + offset + " bytes, not " + rawLength);
    }
  }
}
