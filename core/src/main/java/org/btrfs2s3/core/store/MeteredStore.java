package org.btrfs2s3.core.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Another store, of which it tells how far objects were read. */
public final class MeteredStore implements BackupStore {

  /** Is told what is read, by the threads that read, perhaps several at once. */
  public interface Meter {

    /**
     * An object was read so far; told with every piece of it.
     *
     * @param position where the reading is in the object
     * @param size of the whole object as it was last listed; 0 if it was not
     */
    void read(ObjectKey key, long position, long size);

    /** An object is not read any more, be it to its end or not. */
    void end(ObjectKey key);
  }

  private final BackupStore store;
  private final Meter meter;
  private final Map<ObjectKey, Long> sizes = new ConcurrentHashMap<>();

  public MeteredStore(BackupStore store, Meter meter) {
    this.store = store;
    this.meter = meter;
  }

  @Override
  public String location() {
    return store.location();
  }

  @Override
  public Listing list() throws RemoteException, InterruptedException {
    return remembered(store.list());
  }

  @Override
  public Listing listPatiently() throws RemoteException, InterruptedException {
    return remembered(store.listPatiently());
  }

  private Listing remembered(Listing listing) {
    listing.objects().forEach(object -> sizes.put(object.key(), object.size()));
    return listing;
  }

  @Override
  public void tidy() throws RemoteException, InterruptedException {
    store.tidy();
  }

  @Override
  public long uploadMemory(long estimatedSize) {
    return store.uploadMemory(estimatedSize);
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
    return new MeteredInput(store.open(key, offset), key, offset);
  }

  @Override
  public Optional<ColdStorage> coldStorage() {
    return store.coldStorage();
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

  private final class MeteredInput extends FilterInputStream {

    private final ObjectKey key;
    private final long size;
    private long position;

    MeteredInput(InputStream in, ObjectKey key, long offset) {
      super(in);
      this.key = key;
      this.size = sizes.getOrDefault(key, 0L);
      this.position = offset;
    }

    @Override
    public int read() throws IOException {
      int one = in.read();
      moved(one < 0 ? 0 : 1);
      return one;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = in.read(bytes, offset, length);
      moved(count);
      return count;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = in.skip(count);
      moved(skipped);
      return skipped;
    }

    private void moved(long bytes) {
      if (bytes > 0) {
        position += bytes;
        meter.read(key, position, size);
      }
    }

    /** What is read again would count twice. */
    @Override
    public boolean markSupported() {
      return false;
    }

    @Override
    public void close() throws IOException {
      try {
        in.close();
      } finally {
        meter.end(key);
      }
    }
  }
}
