package org.btrfs2s3.core.update;

import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.RemoteException;

/** A remote as it is configured. */
public record RemoteSetup(RemoteId id, Opener opener) {

  /** Opens the store of a remote. */
  @FunctionalInterface
  public interface Opener {
    BackupStore open() throws RemoteException, InterruptedException;
  }
}
