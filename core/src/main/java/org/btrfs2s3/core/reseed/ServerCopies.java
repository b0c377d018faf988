package org.btrfs2s3.core.reseed;

import java.util.Optional;
import java.util.function.LongConsumer;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.ServerSideCopy;
import org.btrfs2s3.core.store.StoredObject;

/**
 * Lets the server copy, as long as it does: one that refuses, or must not read the other remote, is
 * not asked again in this run. For one thread.
 */
final class ServerCopies {
  private final ReseedSetup setup;
  private final ReseedListener listener;
  private boolean refused;

  ServerCopies(ReseedSetup setup, ReseedListener listener) {
    this.setup = setup;
    this.listener = listener;
  }

  static boolean arePossible(ReseedSetup setup) {
    return setup.to().store() instanceof ServerSideCopy copier
        && copier.canCopyFrom(setup.from().store());
  }

  /** Returns nothing if nothing was copied because the server does not do that. */
  Optional<StoredObject> copy(StoredObject source, NewObject copy, LongConsumer moved)
      throws RemoteException, InterruptedException {
    if (refused
        || !(setup.to().store() instanceof ServerSideCopy copier)
        || !copier.canCopyFrom(setup.from().store())) {
      return Optional.empty();
    }
    try {
      return Optional.of(copier.copy(setup.from().store(), source, copy, moved));
    } catch (RemoteException e) {
      if (e.kind() != RemoteException.Kind.DENIED && e.kind() != RemoteException.Kind.REFUSED) {
        throw e;
      }
      refused = true;
      listener.on(
          new ReseedEvent.Note(
              "the server does not copy by itself, so that everything passes through this machine: "
                  + e.getMessage()));
      return Optional.empty();
    }
  }
}
