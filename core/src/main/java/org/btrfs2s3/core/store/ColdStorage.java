package org.btrfs2s3.core.store;

import org.jspecify.annotations.Nullable;

/**
 * The side of a remote on which objects may be frozen: they are listed, found and deleted like all
 * others, but read only after a readable copy was brought back, which takes minutes to days and
 * costs money.
 *
 * <p>Threads, failure and interruption are as those of {@link BackupStore}.
 */
public interface ColdStorage {

  /**
   * Whether an object of this class may be frozen. Others need not be asked for their state.
   *
   * @param storageClass as a listing shows it
   */
  boolean mayBeFrozen(@Nullable String storageClass);

  /**
   * Whether an object can be read now.
   *
   * @throws RemoteException {@code NOT_FOUND} if there is no such object
   */
  ObjectState state(ObjectKey key) throws RemoteException, InterruptedException;

  /**
   * Asks for a readable copy of a frozen object, and returns when that was accepted, not when the
   * copy is there. Where one is on its way already nothing is changed.
   *
   * @param archive where the object lies, as its state tells
   * @param days for how long the copy stays; of no effect where the object leaves the archive
   * @throws RemoteException {@code REFUSED} if that cannot be had in this tier, or not now; {@code
   *     DENIED} where that takes a permission of its own
   */
  void thaw(ObjectKey key, Archive archive, RetrievalTier tier, int days)
      throws RemoteException, InterruptedException;
}
