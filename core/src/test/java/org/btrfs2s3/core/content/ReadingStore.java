package org.btrfs2s3.core.content;

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

/** A store whose objects are read in a special way. */
abstract class ReadingStore implements BackupStore {

  final BackupStore store;

  ReadingStore(BackupStore store) {
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
  public DeleteReport delete(Collection<ObjectKey> keys)
      throws RemoteException, InterruptedException {
    return store.delete(keys);
  }

  @Override
  public List<UnfinishedUpload> unfinishedUploads() throws RemoteException, InterruptedException {
    return store.unfinishedUploads();
  }

  @Override
  public void abort(UnfinishedUpload upload) throws RemoteException, InterruptedException {
    store.abort(upload);
  }

  @Override
  public void close() {
    store.close();
  }
}
