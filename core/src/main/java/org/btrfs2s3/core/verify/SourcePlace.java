package org.btrfs2s3.core.verify;

import java.nio.file.Path;

/**
 * Where a source of the configuration is on this machine.
 *
 * @param path the root of its subvolume
 * @param snapshots the directory of its snapshots
 */
public record SourcePlace(Path path, Path snapshots) {}
