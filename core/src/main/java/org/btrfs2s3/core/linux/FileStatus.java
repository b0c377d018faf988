package org.btrfs2s3.core.linux;

import java.time.Instant;

/**
 * What {@code statx} tells of an entry, but for the times of reading and of changing the inode.
 *
 * @param permissions the lower 12 bits of the mode
 * @param links how many names it has
 * @param size in bytes; of a directory it means nothing
 * @param modified to the nanosecond
 * @param deviceMajor which device it is, if it is one
 */
public record FileStatus(
    FileType type,
    int permissions,
    long uid,
    long gid,
    long links,
    FileId id,
    long size,
    Instant modified,
    long deviceMajor,
    long deviceMinor) {}
