package org.btrfs2s3.core.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An object as a listing shows it: whole, by invariant 1.
 *
 * @param size in bytes
 * @param lastModified by the remote's clock
 * @param storageClass as the remote calls it, such as {@code STANDARD}; null where there is none
 */
public record StoredObject(
    ObjectKey key, long size, Instant lastModified, @Nullable String storageClass) {}
