package org.btrfs2s3.core.restore;

import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.ObjectState;

/**
 * An object in cold storage that is to be fetched.
 *
 * @param size in bytes; 0 for a commit object, which is small
 */
public record ColdObject(ObjectKey key, long size, ObjectState state) {}
