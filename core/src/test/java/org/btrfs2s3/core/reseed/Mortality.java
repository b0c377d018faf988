package org.btrfs2s3.core.reseed;

import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.PendingObject;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.StoredObject;

/** A store whose user is killed before it makes more than so many objects visible. */
final class Mortality extends Delegating {
  /** Thrown into the run; nothing catches it. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private final int allowed;
  private int effects;

  Mortality(BackupStore store, int allowed) {
    super(store);
    this.allowed = allowed;
  }

  int effects() {
    return effects;
  }

  private void beforeEffect() {
    if (effects >= allowed) {
      throw new Killed();
    }
    effects++;
  }

  @Override
  public PendingObject create(NewObject object) throws RemoteException, InterruptedException {
    var pending = super.create(object);
    return new PendingObject() {
      @Override
      public void write(byte[] bytes, int offset, int length)
          throws RemoteException, InterruptedException {
        pending.write(bytes, offset, length);
      }

      @Override
      public StoredObject commit() throws RemoteException, InterruptedException {
        beforeEffect();
        return pending.commit();
      }

      @Override
      public void close() {
        pending.close();
      }
    };
  }
}
