package org.btrfs2s3.policy;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a policy needs to know of a backup of one source on one remote.
 *
 * @param uuid the UUID of the snapshot that was sent
 * @param sendParent the snapshot against which it was sent; null for a full backup
 * @param ctime to the second, as the key has it
 */
public record Backup(UUID uuid, @Nullable UUID sendParent, Ctransid ctransid, Instant ctime)
    implements PointInTime {

  public boolean isFull() {
    return sendParent == null;
  }
}
