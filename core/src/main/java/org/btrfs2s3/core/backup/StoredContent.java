package org.btrfs2s3.core.backup;

/**
 * The bytes of an object, as stored.
 *
 * @param size in bytes
 * @param sha256 in lower-case hexadecimal
 */
public record StoredContent(long size, String sha256) {}
