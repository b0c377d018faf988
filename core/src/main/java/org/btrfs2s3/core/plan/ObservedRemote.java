package org.btrfs2s3.core.plan;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A remote as this run found it. */
public sealed interface ObservedRemote {

  RemoteId id();

  /**
   * Its complete listing.
   *
   * @param backups of all sources, in the order of keys; several objects of one uuid are possible
   * @param foreignObjects how many objects are not backups that this version knows
   * @param clockDifference how far the remote's clock and the local one are apart, not negative;
   *     null if the remote has no clock of its own
   */
  record Listed(
      RemoteId id,
      List<StoredBackup> backups,
      int foreignObjects,
      @Nullable Duration clockDifference)
      implements ObservedRemote {

    public Listed {
      backups = List.copyOf(backups);
    }

    BackupSet backupsOf(UUID source) {
      return BackupSet.of(
          backups.stream().filter(b -> b.identity().source().equals(source)).toList());
    }
  }

  /**
   * It could not be listed. Planned as if it were empty, so that nothing that it may need is
   * deleted; nothing is done to it.
   */
  record Away(RemoteId id, String reason) implements ObservedRemote {}
}
