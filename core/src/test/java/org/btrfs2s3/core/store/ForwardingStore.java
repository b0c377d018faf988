package org.btrfs2s3.core.store;

import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Another store, of which a test changes a part. */
public abstract class ForwardingStore implements BackupStore {

  protected final BackupStore store;

  protected ForwardingStore(BackupStore store) {
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
  public void tidy() throws RemoteException, InterruptedException {
    store.tidy();
  }

  @Override
  public void close() {
    store.close();
  }
}
