package org.btrfs2s3.core.reseed;

import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.DeleteReport;
import org.btrfs2s3.core.store.Listing;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectDetails;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.PendingObject;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.UnfinishedUpload;

/** A store behind which another one is, for changing a part of it. */
class Delegating implements BackupStore {
  private final BackupStore store;

  Delegating(BackupStore store) {
    this.store = store;
  }

  @Override
  public String location() {
    return store.location();
  }

  @Override
  public Listing list() throws RemoteException, InterruptedException {
    return store.list();
  }

  @Override
  public Optional<ObjectDetails> find(ObjectKey key) throws RemoteException, InterruptedException {
    return store.find(key);
  }

  @Override
  public PendingObject create(NewObject object) throws RemoteException, InterruptedException {
    return store.create(object);
  }

  @Override
  public InputStream open(ObjectKey key, long offset) throws RemoteException, InterruptedException {
    return store.open(key, offset);
  }

  @Override
  public DeleteReport delete(Collection<ObjectKey> keys)
      throws RemoteException, InterruptedException {
    throw new AssertionError("a reseeding never deletes: " + keys);
  }

  @Override
  public List<UnfinishedUpload> unfinishedUploads() throws RemoteException, InterruptedException {
    return store.unfinishedUploads();
  }

  @Override
  public void abort(UnfinishedUpload upload) {
    throw new AssertionError("a reseeding drops no upload of others: " + upload);
  }

  @Override
  public void close() {
    store.close();
  }
}
