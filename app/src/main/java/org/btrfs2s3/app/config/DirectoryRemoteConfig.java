package org.btrfs2s3.app.config;

import java.nio.file.Path;

/**
 * A directory that stores backups.
 *
 * @param path absolute
 */
public record DirectoryRemoteConfig(String id, Path path) implements RemoteConfig {}
