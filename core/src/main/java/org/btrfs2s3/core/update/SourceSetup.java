package org.btrfs2s3.core.update;

import java.nio.file.Path;
import java.util.List;

/**
 * A source as it is configured.
 *
 * @param path root of the subvolume
 * @param snapshots directory of its snapshots, on the same file system
 * @param base what names of snapshots and keys begin with
 * @param manageAllSnapshots whether every read-only snapshot of it in the directory is ours
 */
public record SourceSetup(
    Path path, Path snapshots, String base, boolean manageAllSnapshots, List<TargetSetup> targets) {

  public SourceSetup {
    targets = List.copyOf(targets);
  }
}
