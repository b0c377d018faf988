package org.btrfs2s3.core.content;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ForwardingStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;

/** Counts the bytes that are read of its objects. */
final class CountingStore extends ForwardingStore {

  private final AtomicLong read;

  CountingStore(BackupStore store, AtomicLong read) {
    super(store);
    this.read = read;
  }

  @Override
  public InputStream open(ObjectKey key, long offset) throws RemoteException, InterruptedException {
    return new FilterInputStream(store.open(key, offset)) {
      @Override
      public int read(byte[] bytes, int from, int length) throws IOException {
        int count = in.read(bytes, from, length);
        read.addAndGet(Math.max(count, 0));
        return count;
      }
    };
  }
}
