package org.btrfs2s3.core.reseed;

import java.io.IOException;
import org.btrfs2s3.core.catalog.StoredBackup;

/** A way to bring one backup to the other remote. */
interface BackupTransfer {
  /**
   * A backup that is visible there.
   *
   * @param there the backup as it is there now
   * @param redundant whether somebody else made it meanwhile
   */
  record Transferred(StoredBackup there, Assurance assurance, boolean redundant) {}

  /**
   * Returns when the backup is visible. What was made before a failure, segments without commit
   * object, is no backup, and is found again by the next run.
   */
  Transferred run() throws IOException, InterruptedException;
}
