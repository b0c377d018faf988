package org.btrfs2s3.app.config;

/**
 * A bucket that stores backups.
 *
 * @param prefix what every key begins with; may be empty
 */
public record S3RemoteConfig(String id, String bucket, String prefix, S3EndpointConfig endpoint)
    implements RemoteConfig {}
