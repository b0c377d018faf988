package org.btrfs2s3.core.catalog;

import java.time.Instant;
import org.btrfs2s3.core.store.ObjectKey;

/**
 * A segment as a listing shows it.
 *
 * @param number its place in the stream, from 0
 * @param size in bytes, as stored
 * @param lastModified by the remote's clock
 */
public record SegmentObject(int number, ObjectKey key, long size, Instant lastModified) {}
