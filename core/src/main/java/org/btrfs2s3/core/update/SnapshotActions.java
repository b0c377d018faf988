package org.btrfs2s3.core.update;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.btrfs2s3.core.backup.SnapshotName;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.plan.Action;

/** Makes and names snapshots. One source's failure does not stop the others. */
final class SnapshotActions {

  private final Btrfs btrfs;
  private final RunSession session;
  private final Ledger ledger;

  SnapshotActions(Btrfs btrfs, RunSession session, Ledger ledger) {
    this.btrfs = btrfs;
    this.session = session;
    this.ledger = ledger;
  }

  void create(List<Action.CreateSnapshot> creations) {
    for (var creation : creations) {
      try {
        create(creation);
      } catch (BtrfsException e) {
        ledger.failed(creation, Faults.ofMachine(e));
      }
    }
  }

  private void create(Action.CreateSnapshot creation) throws BtrfsException {
    var source = session.session(creation.source());
    // No lock was held while the user was asked.
    if (!source.observe().isAhead()) {
      ledger.skipped(creation, "another run made it meanwhile");
      return;
    }
    var setup = source.setup();
    var name = SnapshotName.created(setup.base(), ThreadLocalRandom.current().nextLong());
    btrfs.createSnapshot(setup.path(), setup.snapshots(), EntryName.of(name));
    ledger.done(creation);
  }

  void rename(List<Action.RenameSnapshot> renames) {
    for (var rename : renames) {
      try {
        rename(rename);
        ledger.done(rename);
      } catch (BtrfsException e) {
        ledger.failed(rename, Faults.ofMachine(e));
      }
    }
  }

  private void rename(Action.RenameSnapshot rename) throws BtrfsException {
    var source = session.session(rename.source());
    var directory = source.setup().snapshots();
    var from = source.requireUsable(rename.snapshot()).name();
    if (SnapshotName.isFinal(source.setup().base(), from.toString())) {
      // Another run was faster.
      return;
    }
    try {
      btrfs.rename(directory, from, EntryName.of(rename.to()));
    } catch (BtrfsException e) {
      if (!e.errno().equals("EEXIST")) {
        throw e;
      }
      btrfs.rename(directory, from, distinguished(rename.to(), rename.snapshot()));
    }
  }

  /** Another entry has the name: something of the user's, or of a source with the same base. */
  private static EntryName distinguished(String name, UUID snapshot) {
    return EntryName.of(SnapshotName.withUuid(name, snapshot));
  }
}
