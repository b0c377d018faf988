package org.btrfs2s3.s3;

/**
 * An object of a bucket of the same server that is copied from.
 *
 * @param key with the prefix of its remote
 * @param etag that it must have
 */
record CopySource(String bucket, String key, String etag) {}
