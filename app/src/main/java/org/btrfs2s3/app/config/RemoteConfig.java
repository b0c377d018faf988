package org.btrfs2s3.app.config;

/** A place that stores backups. */
public sealed interface RemoteConfig permits S3RemoteConfig, DirectoryRemoteConfig {

  String id();
}
