package org.btrfs2s3.core.backup;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.btrfs2s3.policy.Backup;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;

/**
 * What a backup is a backup of. Two objects of equal identity hold the same snapshot, sent against
 * the same parent.
 *
 * @param uuid UUID of the snapshot that was sent
 * @param source UUID of the subvolume it is a snapshot of
 * @param sendParent UUID of the snapshot against which it was sent; null for a full backup
 * @param ctransid ctransid of the snapshot
 * @param ctime ctime of the snapshot, floored to seconds as a key has it
 */
public record BackupIdentity(
    UUID uuid, UUID source, @Nullable UUID sendParent, Ctransid ctransid, Instant ctime) {

  public BackupIdentity {
    // Instant.truncatedTo floors, also before 1970.
    ctime = ctime.truncatedTo(ChronoUnit.SECONDS);
  }

  /** What the policy needs to know of it. */
  public Backup forPolicy() {
    return new Backup(uuid, sendParent, ctransid, ctime);
  }

  public boolean isFull() {
    return sendParent == null;
  }
}
