package org.btrfs2s3.core.update;

/**
 * A place between two segments of a send stream.
 *
 * @param rawOffset bytes before it
 * @param rawPrefixSha256 their hash
 * @param segmentBytes of the send stream in each segment but the last
 */
record SegmentPosition(long rawOffset, String rawPrefixSha256, long segmentBytes) {}
