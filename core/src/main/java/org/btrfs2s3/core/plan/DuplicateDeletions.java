package org.btrfs2s3.core.plan;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.Chain;
import org.btrfs2s3.core.catalog.DamagedBackup;
import org.btrfs2s3.core.catalog.StoredBackup;

/**
 * The objects of one source on one remote beside a whole backup of the same snapshot. Whole is what
 * can be restored by the winners of {@link org.btrfs2s3.core.catalog.BackupSet} alone, none of
 * which goes: so no chain needs what does (invariant 3). Nor do they share objects: of one attempt
 * a {@link org.btrfs2s3.core.catalog.Catalog} makes one backup.
 */
final class DuplicateDeletions {

  private final UUID source;
  private final RemotePlan remote;
  private final Map<UUID, BackupIdentity> winners;

  DuplicateDeletions(UUID source, RemotePlan remote) {
    this.source = source;
    this.remote = remote;
    this.winners =
        remote.backups().byUuid().values().stream()
            .collect(Collectors.toMap(StoredBackup::uuid, StoredBackup::identity));
  }

  List<Action.DeleteBackup> all() {
    return Stream.concat(
            remote.backups().duplicates().stream(),
            remote.damaged().stream().map(DamagedBackup::backup))
        .filter(backup -> Chain.of(backup.uuid(), winners) instanceof Chain.Complete)
        .map(this::deletion)
        .toList();
  }

  private Action.DeleteBackup deletion(StoredBackup duplicate) {
    return new Action.DeleteBackup(
        source,
        remote.remote().id(),
        duplicate.key(),
        duplicate.deletionSteps(),
        duplicate.uuid(),
        Set.of(),
        Set.of(),
        Action.DeleteBackup.Cause.DUPLICATE);
  }
}
