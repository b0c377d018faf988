package org.btrfs2s3.core.verify;

import java.util.stream.Stream;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;

/**
 * Judges objects that were listed, but then were not there. Nobody is locked out while a
 * verification runs: a backup may have been deleted meanwhile, as a whole, and rightly.
 */
final class Absence {

  private final BackupStore store;
  private final Findings findings;

  Absence(BackupStore store, Findings findings) {
    this.store = store;
    this.findings = findings;
  }

  void judge(StoredBackup backup, ObjectKey key) throws InterruptedException {
    try {
      if (isStillBackup(backup)) {
        findings.damage(
            Finding.Kind.VANISHED, backup, key, "it is not there, although it was listed");
      } else {
        findings.note(
            Severity.INFO,
            Finding.Kind.VANISHED,
            backup,
            backup.key(),
            "it was deleted while the remote was verified",
            "");
      }
    } catch (RemoteException e) {
      findings.notChecked(
          backup, key, "it is not there any more, and listing again failed: " + e.getMessage());
    }
  }

  /** As such it is listed, or by its commit object alone. */
  private boolean isStillBackup(StoredBackup backup) throws RemoteException, InterruptedException {
    var catalog = Catalog.of(store.list().objects());
    return Stream.concat(
            catalog.backups().stream(), catalog.damaged().stream().map(one -> one.backup()))
        .anyMatch(listed -> listed.key().equals(backup.key()));
  }
}
