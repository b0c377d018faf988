package org.btrfs2s3.core.catalog;

import java.util.List;

/**
 * A committed backup of which segments are gone.
 *
 * @param backup with the segments that are left
 * @param missing the numbers of the others
 */
public record DamagedBackup(StoredBackup backup, List<Integer> missing) {

  public DamagedBackup {
    missing = List.copyOf(missing);
  }
}
