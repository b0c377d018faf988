package org.btrfs2s3.core.update;

import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.jspecify.annotations.Nullable;

/**
 * What a send stream is made of.
 *
 * @param parent the send parent; null if everything is sent
 */
record SentSnapshot(UUID uuid, @Nullable UUID parent) {

  /** What the backup's stream is made of. */
  static SentSnapshot of(BackupIdentity backup) {
    return new SentSnapshot(backup.uuid(), backup.sendParent());
  }
}
