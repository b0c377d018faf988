package org.btrfs2s3.core.backup;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a segment's user metadata say besides {@link BackupMetadata}: what is needed to go on after
 * it, as far as it is known before the segment's own content.
 *
 * @param rawOffset of its first byte in the send stream
 * @param rawPrefixSha256 {@link RawHash} of all bytes of the send stream before it
 * @param segmentBytes of the send stream in each segment but the last
 * @param recipients ids of the keys that it is encrypted to, sorted; empty if it is not. Of more
 *     than metadata can hold, one element stands for all: their hash
 * @param sendOptions with which the stream was made
 * @param previous what was stored of the segment before; null for the first
 */
public record SegmentMetadata(
    Attempt attempt,
    long rawOffset,
    String rawPrefixSha256,
    long segmentBytes,
    List<String> recipients,
    String sendOptions,
    @Nullable StoredContent previous) {

  private static final String ATTEMPT = "btrfs2s3-attempt";
  private static final String RAW_OFFSET = "btrfs2s3-raw-offset";
  private static final String RAW_PREFIX = "btrfs2s3-raw-prefix-sha256";
  private static final String SEGMENT_BYTES = "btrfs2s3-segment-size";
  private static final String RECIPIENTS = "btrfs2s3-recipients";
  private static final String SEND_OPTIONS = "btrfs2s3-send-options";
  private static final String PREVIOUS_SIZE = "btrfs2s3-previous-size";
  private static final String PREVIOUS_SHA256 = "btrfs2s3-previous-sha256";

  /** S3 takes 2 KiB of names and values; the rest of ours is below 1 KiB. */
  private static final int RECIPIENTS_CHARS = 512;

  private static final String SEPARATOR = ",";

  public SegmentMetadata {
    if (rawOffset < 0 || segmentBytes < 1) {
      throw new IllegalArgumentException(
          "segments of " + segmentBytes + " bytes, one at " + rawOffset);
    }
    recipients = fitting(recipients.stream().sorted().toList());
  }

  private static List<String> fitting(List<String> sorted) {
    var joined = String.join(SEPARATOR, sorted);
    if (joined.length() <= RECIPIENTS_CHARS) {
      return sorted;
    }
    var sum = new Sha256();
    var bytes = joined.getBytes(StandardCharsets.UTF_8);
    sum.update(bytes, 0, bytes.length);
    return List.of("sha256:" + sum.soFar());
  }

  /** As user metadata, all in ASCII. */
  public Map<String, String> toMap() {
    Map<String, String> metadata = new HashMap<>();
    metadata.put(ATTEMPT, attempt.id());
    metadata.put(RAW_OFFSET, Long.toString(rawOffset));
    metadata.put(RAW_PREFIX, rawPrefixSha256);
    metadata.put(SEGMENT_BYTES, Long.toString(segmentBytes));
    metadata.put(SEND_OPTIONS, sendOptions);
    if (!recipients.isEmpty()) {
      metadata.put(RECIPIENTS, String.join(SEPARATOR, recipients));
    }
    if (previous != null) {
      metadata.put(PREVIOUS_SIZE, Long.toString(previous.size()));
      metadata.put(PREVIOUS_SHA256, previous.sha256());
    }
    return metadata;
  }

  /** Nothing if they are not there or cannot be read. */
  public static Optional<SegmentMetadata> in(Map<String, String> metadata) {
    try {
      var recipients = metadata.getOrDefault(RECIPIENTS, "");
      var previousSize = metadata.get(PREVIOUS_SIZE);
      return Optional.of(
          new SegmentMetadata(
              new Attempt(required(metadata, ATTEMPT)),
              Long.parseLong(required(metadata, RAW_OFFSET)),
              required(metadata, RAW_PREFIX),
              Long.parseLong(required(metadata, SEGMENT_BYTES)),
              recipients.isEmpty() ? List.of() : List.of(recipients.split(SEPARATOR, -1)),
              required(metadata, SEND_OPTIONS),
              previousSize == null
                  ? null
                  : new StoredContent(
                      Long.parseLong(previousSize), required(metadata, PREVIOUS_SHA256))));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // Somebody else's metadata, or none.
    }
  }

  private static String required(Map<String, String> metadata, String name) {
    var value = metadata.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no " + name);
    }
    return value;
  }
}
