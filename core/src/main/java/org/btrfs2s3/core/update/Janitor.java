package org.btrfs2s3.core.update;

import java.util.List;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.store.RemoteException;

/**
 * Removes what interrupted runs left. Nothing of it is a backup, so that nothing depends on it;
 * what cannot be removed is tried again by the next run.
 */
final class Janitor {

  private final RunSession session;
  private final Ledger ledger;

  Janitor(RunSession session, Ledger ledger) {
    this.session = session;
    this.ledger = ledger;
  }

  /** Nobody else may be uploading the sources that these are of. */
  void collect(List<Action.Collection> collections) throws InterruptedException {
    for (var collection : collections) {
      try {
        collect(collection);
        ledger.done(collection);
      } catch (RemoteException e) {
        ledger.failed(collection, Faults.ofRemote(collection.remote(), e));
      }
    }
  }

  private void collect(Action.Collection collection) throws RemoteException, InterruptedException {
    var remote = session.remote(collection.remote());
    switch (collection) {
      case Action.AbortUpload abort -> remote.store().abort(abort.upload());
      case Action.CollectSegments segments ->
          SegmentRemoval.removeAttempt(remote, segments.unfinished());
    }
  }
}
