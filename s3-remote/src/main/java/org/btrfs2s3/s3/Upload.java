package org.btrfs2s3.s3;

import org.btrfs2s3.core.store.ObjectKey;

/**
 * A multipart upload that the server knows.
 *
 * @param id the server's name for it, not the upload id in our metadata
 */
record Upload(ObjectKey key, String id) {}
