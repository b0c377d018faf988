package org.btrfs2s3.app.config;

import java.nio.file.Path;
import java.util.List;

/**
 * A subvolume to back up.
 *
 * @param path the root of the subvolume, absolute
 * @param snapshots the directory that holds its snapshots, absolute
 * @param baseName the first part of the names of snapshots and backups
 * @param manageAllSnapshots whether snapshots of any name are ours to rename and delete
 * @param uploads each remote once
 */
public record SourceConfig(
    Path path,
    Path snapshots,
    String baseName,
    boolean manageAllSnapshots,
    List<UploadConfig> uploads) {

  public SourceConfig {
    uploads = List.copyOf(uploads);
  }
}
