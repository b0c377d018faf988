package org.btrfs2s3.core.restore;

import org.btrfs2s3.core.catalog.StoredBackup;

/**
 * One backup that takes part in a restore.
 *
 * @param finalName what the restored subvolume is called
 * @param wanted false for an ancestor that is needed only as send parent
 */
public record RestoreMember(StoredBackup backup, String finalName, boolean wanted, Supply supply) {

  /** Whether its content is there already, and nothing of it is fetched. */
  public boolean reused() {
    return !(supply instanceof Supply.Fetched);
  }
}
