package org.btrfs2s3.core.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ForwardingStore;
import org.btrfs2s3.core.store.ObjectKey;

/** Never gives a byte of an object, until the thread that waits for it is interrupted. */
final class StuckStore extends ForwardingStore {

  StuckStore(BackupStore store) {
    super(store);
  }

  @Override
  public InputStream open(ObjectKey key, long offset) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        return read(new byte[1], 0, 1);
      }

      @Override
      public int read(byte[] bytes, int from, int length) throws IOException {
        try {
          new CountDownLatch(1).await();
          return -1;
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("interrupted");
        }
      }
    };
  }
}
