package org.btrfs2s3.app.cli;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.update.RemoteSetup;
import org.btrfs2s3.core.update.UpdateSetup;

/** Finds a snapshot of which remotes hold something, by the beginning of its UUID. */
final class StoredUuids {

  private StoredUuids() {}

  /** The one that is meant; nothing is listed if that is clear. */
  static UUID choose(BackupArgument argument, List<RemoteSetup> remotes)
      throws RemoteException, UnknownBackupException, InterruptedException {
    var whole = argument.whole();
    if (whole.isPresent()) {
      return whole.get();
    }
    return argument.choose(on(remotes), names(remotes));
  }

  /** The same, of what is there and of the snapshots that are uploaded. */
  static UUID choose(BackupArgument argument, UpdateSetup setup, Btrfs btrfs)
      throws RemoteException, UnknownBackupException, InterruptedException {
    var whole = argument.whole();
    if (whole.isPresent()) {
      return whole.get();
    }
    var known = on(setup.remotes());
    for (var source : setup.sources()) {
      try {
        btrfs.list(source.snapshots()).forEach(entry -> known.add(entry.info().uuid()));
      } catch (BtrfsException _) {
        // The run that follows tells of it.
      }
    }
    return argument.choose(known, "this machine and " + names(setup.remotes()));
  }

  private static Set<UUID> on(List<RemoteSetup> remotes)
      throws RemoteException, InterruptedException {
    Set<UUID> known = new TreeSet<>();
    for (var remote : remotes) {
      try (var store = remote.opener().open()) {
        known.addAll(of(store));
      }
    }
    return known;
  }

  private static String names(List<RemoteSetup> remotes) {
    return remotes.size() == 1 ? "remote " + remotes.getFirst().id() : "the remotes";
  }

  /** The same, on one remote. */
  static UUID choose(BackupArgument argument, BackupStore store, String remote)
      throws RemoteException, UnknownBackupException, InterruptedException {
    var whole = argument.whole();
    return whole.isPresent() ? whole.get() : argument.choose(of(store), "remote " + remote);
  }

  private static Set<UUID> of(BackupStore store) throws RemoteException, InterruptedException {
    Set<UUID> known = new TreeSet<>();
    var catalog = Catalog.of(store.list().objects());
    catalog.backups().forEach(backup -> known.add(backup.uuid()));
    catalog.damaged().forEach(damaged -> known.add(damaged.backup().uuid()));
    catalog.unfinished().forEach(attempt -> known.add(attempt.identity().uuid()));
    for (var upload : store.unfinishedUploads()) {
      BackupKey.decode(upload.key().value())
          .backup()
          .ifPresent(label -> known.add(label.identity().uuid()));
    }
    return known;
  }
}
