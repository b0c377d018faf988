package org.btrfs2s3.s3;

import java.util.ArrayDeque;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;

/**
 * The memory of one upload. Whoever wants a buffer waits until there is room; a buffer that is
 * larger than the whole capacity is handed out when it is the only one.
 *
 * <p>Bound: the capacity, or the largest buffer asked for if that is more. Safe for all threads.
 */
final class PartBuffers implements AutoCloseable {

  private final long capacity;
  // All below are guarded by this. The free buffers are all of the size taken last.
  private final ArrayDeque<byte[]> free = new ArrayDeque<>();
  private long taken;
  private boolean closed;

  /**
   * @param capacity bytes
   */
  PartBuffers(long capacity) {
    this.capacity = capacity;
  }

  synchronized byte[] take(int size) throws RemoteException, InterruptedException {
    while (!closed && taken > 0 && taken + size > capacity) {
      wait();
    }
    if (closed) {
      throw new RemoteException(Kind.REFUSED, "the upload was closed while it was written");
    }
    var buffer = free.poll();
    if (buffer == null || buffer.length != size) {
      free.clear();
      buffer = allocate(size);
    }
    taken += size;
    return buffer;
  }

  private static byte[] allocate(int size) throws RemoteException {
    try {
      return new byte[size];
    } catch (OutOfMemoryError e) {
      throw new RemoteException(
          Kind.REFUSED,
          "not enough memory for a part of "
              + size
              + " bytes: set BTRFS2S3_HEAP to more than the 1g it is by default",
          e);
    }
  }

  synchronized void give(byte[] buffer) {
    taken -= buffer.length;
    if (!closed) {
      free.push(buffer);
    }
    notifyAll();
  }

  /** Makes everybody who waits, or comes later, fail. */
  @Override
  public synchronized void close() {
    closed = true;
    free.clear();
    notifyAll();
  }
}
