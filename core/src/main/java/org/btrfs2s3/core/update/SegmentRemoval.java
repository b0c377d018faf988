package org.btrfs2s3.core.update;

import java.util.List;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;

/** Removes objects that belong together, in steps. */
final class SegmentRemoval {

  private SegmentRemoval() {}

  /**
   * Everything of an attempt that is no backup.
   *
   * @throws RemoteException also {@code INTEGRITY} if it may be one, of which the listing shows a
   *     part only: nothing was removed then
   */
  static void removeAttempt(RemoteSession remote, UnfinishedBackup attempt)
      throws RemoteException, InterruptedException {
    HiddenParts.requireNoTrace(remote, attempt);
    remove(remote, attempt.parts().deletionSteps());
  }

  /**
   * Each step begins when all of the one before is acknowledged.
   *
   * @throws RemoteException the first failure; later steps have not begun
   */
  static void remove(RemoteSession remote, List<List<ObjectKey>> steps)
      throws RemoteException, InterruptedException {
    for (var step : steps) {
      if (!step.isEmpty()) {
        var report = remote.store().delete(step);
        for (var failure : report.failed().values()) {
          throw failure;
        }
        if (!report.deleted().containsAll(step)) {
          throw new RemoteException(
              RemoteException.Kind.TRANSIENT,
              "remote " + remote.id() + " did not say whether it deleted " + step);
        }
      }
    }
  }
}
