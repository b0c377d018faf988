package org.btrfs2s3.core.update;

import java.io.IOException;
import java.util.Optional;
import org.btrfs2s3.core.catalog.Duplicate;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.GarbagePlan;
import org.btrfs2s3.core.plan.Problem;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.RemoteException;

/**
 * Reads an object that is to go because it is doubled, and the one that stays, and lets it go only
 * if they are equal, byte by byte (invariant 3).
 */
final class DuplicateProof {

  private final GarbagePlan plan;
  private final RunSession session;
  private final Ledger ledger;

  DuplicateProof(GarbagePlan plan, RunSession session, Ledger ledger) {
    this.plan = plan;
    this.session = session;
    this.ledger = ledger;
  }

  /** What is not, or could not be read, is a failure, and told. */
  boolean isEqual(Action.DeleteBackup deletion) throws InterruptedException {
    var pair = pair(deletion);
    if (pair.isEmpty()) {
      ledger.skipped(deletion, "nothing is known that is equal to it");
    }
    return pair.isPresent() && isEqual(deletion, pair.get());
  }

  private Optional<Duplicate> pair(Action.DeleteBackup deletion) {
    return plan.update().sources().stream()
        .filter(source -> source.source().uuid().equals(deletion.source()))
        .flatMap(source -> source.remotes().stream())
        .filter(remote -> remote.remote().id().equals(deletion.remote()))
        .flatMap(remote -> remote.backups().duplicates().stream())
        .filter(duplicate -> duplicate.object().key().equals(deletion.key()))
        .findFirst();
  }

  private boolean isEqual(Action.DeleteBackup deletion, Duplicate pair)
      throws InterruptedException {
    var remote = deletion.remote();
    try {
      var store = session.remote(remote).store();
      if (EqualContent.of(store, pair.object().key(), pair.counting().key())) {
        return true;
      }
      ledger.failed(deletion, new Failure(Failure.Kind.BROKEN_BACKUP, differs(remote, pair)));
    } catch (RemoteException e) {
      ledger.failed(deletion, Faults.ofRemote(remote, e));
    } catch (IOException e) {
      ledger.failed(
          deletion, new Failure(Failure.Kind.REMOTE, "remote " + remote + ": " + e.getMessage()));
    }
    return false;
  }

  private static String differs(RemoteId remote, Duplicate pair) {
    return "remote %s: %s; they differ, so it is not deleted; %s"
        .formatted(remote, pair.inWords(), Problem.BY_HAND);
  }
}
