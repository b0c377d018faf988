package org.btrfs2s3.core.update;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.store.RemoteException;

/**
 * The backups on a remote without which an upload would be no backup: its send parent, that one's,
 * and so on up to a full one (invariant 3). None for a full upload. For one thread at a time.
 */
final class SendParentChain {

  private final RemoteSession remote;
  private final Action.Upload action;
  private List<StoredBackup> ancestors = List.of();

  SendParentChain(RemoteSession remote, Action.Upload action) {
    this.remote = remote;
    this.action = action;
  }

  /**
   * All of it is listed, or was committed by this run, and still there.
   *
   * @throws RemoteException {@code INTEGRITY} with the one that is missing
   */
  void require() throws RemoteException, InterruptedException {
    ancestors = known();
    requireStillThere();
  }

  private List<StoredBackup> known() throws RemoteException {
    List<StoredBackup> chain = new ArrayList<>();
    Set<UUID> visited = new HashSet<>();
    var next = action.identity().sendParent();
    while (next != null) {
      var missing = next;
      var ancestor =
          remote
              .known(action.source(), missing)
              .filter(_ -> visited.add(missing))
              .orElseThrow(() -> isBroken(missing));
      chain.add(ancestor);
      next = ancestor.identity().sendParent();
    }
    return chain;
  }

  /** Its segments too, which only a listing shows. */
  void requireIn(Catalog listed) throws RemoteException {
    var keys = listed.backups().stream().map(StoredBackup::key).collect(Collectors.toSet());
    for (var ancestor : ancestors) {
      if (!keys.contains(ancestor.key())) {
        throw isBroken(ancestor.uuid());
      }
    }
  }

  /** Looks each of them up. */
  void requireStillThere() throws RemoteException, InterruptedException {
    for (var ancestor : ancestors) {
      if (remote.store().find(ancestor.key()).isEmpty()) {
        throw isBroken(ancestor.uuid());
      }
    }
  }

  private RemoteException isBroken(UUID missing) {
    return new RemoteException(
        RemoteException.Kind.INTEGRITY,
        "backup "
            + action.identity().uuid()
            + " needs backup "
            + missing
            + ", which is not there any more; the next run uploads what is missing");
  }
}
