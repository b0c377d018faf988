package org.btrfs2s3.core.store;

import java.util.function.LongConsumer;

/**
 * A store whose server can take over objects of another store without their bytes passing through
 * this machine.
 */
public interface ServerSideCopy extends BackupStore {
  /** Whether the other store's objects are on the same server, as far as their addresses tell. */
  boolean canCopyFrom(BackupStore other);

  /**
   * Makes an object of this store that has the bytes of one of the other. Publishes it as {@link
   * PendingObject#commit} does, durably and whole, unless one with the key exists, and fails alike;
   * nothing is left behind on failure.
   *
   * @param from for which {@link #canCopyFrom} is true
   * @param source as it was listed there; another object that has taken its place is refused
   * @param copy its key and metadata here
   * @param moved is told how many bytes more the server has copied; by any thread, by several at
   *     once
   * @throws RemoteException also {@code DENIED} if this store's credentials may not read the other,
   *     and {@code REFUSED} where the server does not copy: streaming may work all the same
   */
  StoredObject copy(BackupStore from, StoredObject source, NewObject copy, LongConsumer moved)
      throws RemoteException, InterruptedException;
}
