package org.btrfs2s3.core.verify;

import java.nio.file.Path;
import org.btrfs2s3.core.backup.SnapshotName;

/**
 * Where a source of the configuration is on this machine.
 *
 * @param path the root of its subvolume
 * @param snapshots the directory of its snapshots
 * @param base what the names of those begin with that an update or a repair may send
 * @param manageAllSnapshots whether those of all names may be
 */
public record SourcePlace(Path path, Path snapshots, String base, boolean manageAllSnapshots) {

  boolean manages(String name) {
    return manageAllSnapshots || SnapshotName.matches(base, name);
  }
}
