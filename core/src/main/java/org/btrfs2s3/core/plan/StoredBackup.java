package org.btrfs2s3.core.plan;

import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.policy.Backup;
import org.jspecify.annotations.Nullable;

/**
 * A committed backup as a listing shows it.
 *
 * @param size in bytes, as stored
 * @param storageClass as the remote calls it; null where there is none
 */
public record StoredBackup(
    ObjectKey key, BackupIdentity identity, long size, @Nullable String storageClass) {

  Backup forPolicy() {
    return new Backup(
        identity.uuid(), identity.sendParent(), identity.ctransid(), identity.ctime());
  }
}
