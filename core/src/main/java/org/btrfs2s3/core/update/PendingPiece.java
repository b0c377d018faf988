package org.btrfs2s3.core.update;

import org.btrfs2s3.core.backup.Sha256;
import org.btrfs2s3.core.store.PendingObject;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.StoredObject;

/** A piece of a stream on its way to one remote. For one thread at a time; close from any. */
final class PendingPiece implements AutoCloseable {

  private final PendingObject object;
  private final Sha256 sum;
  private final boolean hashed;

  /**
   * @param hashed whether {@link #sha256} is going to be asked for
   */
  PendingPiece(PendingObject object, boolean hashed) {
    this.object = object;
    this.sum = new Sha256();
    this.hashed = hashed;
  }

  void write(byte[] bytes, int offset, int length) throws RemoteException, InterruptedException {
    if (hashed) {
      sum.update(bytes, offset, length);
    }
    object.write(bytes, offset, length);
  }

  /** Tells whoever asks that the remote takes bytes, also while {@link #write} blocks. */
  void whenMoved(Runnable moved) {
    object.whenMoved(moved);
  }

  StoredObject commit() throws RemoteException, InterruptedException {
    return object.commit();
  }

  /** Of all that was written. */
  String sha256() {
    return sum.soFar();
  }

  /** Drops everything unless committed. */
  @Override
  public void close() {
    object.close();
  }
}
