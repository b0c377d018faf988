package org.btrfs2s3.app.cli;

import java.util.Collection;
import java.util.TreeSet;
import java.util.UUID;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.catalog.StoredChain;

/** Finds the chain of a backup that is named on the command line. */
final class ChainOf {

  private ChainOf() {}

  /**
   * The chain, with the backup as its last member.
   *
   * @param remote for messages
   * @throws UnknownBackupException if there is no such backup, or it cannot be restored
   */
  static StoredChain.Complete named(BackupArgument argument, Catalog catalog, String remote)
      throws UnknownBackupException {
    var uuid = argument.choose(committed(catalog), "remote " + remote);
    return switch (StoredChain.of(uuid, catalog)) {
      case StoredChain.Complete complete -> complete;
      case StoredChain.Broken broken ->
          throw new UnknownBackupException(
              "backup %s on remote %s cannot be restored: %s"
                  .formatted(uuid, remote, broken.reason()));
    };
  }

  /** The damaged ones included, so that they are not reported as unknown. */
  private static Collection<UUID> committed(Catalog catalog) {
    var uuids = new TreeSet<UUID>();
    catalog.backups().stream().map(StoredBackup::uuid).forEach(uuids::add);
    catalog.damaged().forEach(damaged -> uuids.add(damaged.backup().uuid()));
    return uuids;
  }
}
