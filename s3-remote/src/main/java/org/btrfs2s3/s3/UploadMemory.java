package org.btrfs2s3.s3;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;

/**
 * The memory that all uploads of the process share: chunks of 1 MiB, which are allocated when they
 * are first needed and used again after that. No larger array is ever needed.
 *
 * <p>Each upload leases the whole of what it may take before it begins, and never more afterwards,
 * so that no upload waits for memory that another one holds: it can always go on alone. Whoever
 * runs several uploads at once reserves {@link
 * org.btrfs2s3.core.store.BackupStore#uploadMemory(long)} for each of them out of {@link #bytes}
 * first; else {@code create} waits until another upload ends, and one thread that begins two
 * uploads may wait for itself.
 *
 * <p>Bound: {@link #bytes}. Safe for all threads.
 */
public final class UploadMemory {

  /** Bytes of each array. */
  static final int CHUNK = 1 << 20;

  /** What {@code upload_memory} is unless it is set. */
  public static final long DEFAULT_BYTES = 128L << 20;

  private final long capacity;
  // Both guarded by this.
  private final Deque<byte[]> free = new ArrayDeque<>();
  private long leased;

  /**
   * @param bytes {@code upload_memory}, of which whole chunks are used; at least one
   */
  public UploadMemory(long bytes) {
    if (bytes < CHUNK) {
      throw new IllegalArgumentException("less upload memory than 1 MiB: " + bytes);
    }
    this.capacity = bytes - bytes % CHUNK;
  }

  public long bytes() {
    return capacity;
  }

  /**
   * Waits until so much memory is not leased.
   *
   * @param bytes whole chunks, at most {@link #bytes}
   */
  synchronized Lease lease(long bytes) throws InterruptedException {
    if (bytes < CHUNK || bytes > capacity || bytes % CHUNK != 0) {
      throw new IllegalArgumentException("cannot lease " + bytes + " bytes of " + capacity);
    }
    while (leased + bytes > capacity) {
      wait();
    }
    leased += bytes;
    return new Lease(bytes);
  }

  private synchronized void end(Lease lease) {
    leased -= lease.bytes;
    notifyAll();
  }

  private byte[] chunk() throws RemoteException {
    synchronized (this) {
      var used = free.poll();
      if (used != null) {
        return used;
      }
    }
    try {
      return new byte[CHUNK];
    } catch (OutOfMemoryError e) {
      throw new RemoteException(
          Kind.REFUSED,
          "not enough memory for the parts of an upload: the heap is too small for upload_memory ("
              + capacity
              + " bytes)",
          e);
    }
  }

  private synchronized void giveBack(Collection<byte[]> chunks) {
    free.addAll(chunks);
  }

  /**
   * What one upload may take. Whoever wants a chunk waits until there is one.
   *
   * <p>Safe for all threads.
   */
  final class Lease implements AutoCloseable {

    private final long bytes;
    // All guarded by this.
    private long taken;
    private boolean stopped;
    private boolean closed;

    private Lease(long bytes) {
      this.bytes = bytes;
    }

    synchronized byte[] take() throws RemoteException, InterruptedException {
      while (!stopped && taken == bytes) {
        wait();
      }
      if (stopped) {
        throw new RemoteException(Kind.REFUSED, "the upload was closed while it was written");
      }
      var chunk = chunk();
      taken += CHUNK;
      return chunk;
    }

    /** Nobody may use the chunks afterwards. */
    synchronized void give(Collection<byte[]> chunks) {
      taken -= (long) chunks.size() * CHUNK;
      // After the end they count for nothing any more: somebody else may have leased the room.
      if (!closed) {
        giveBack(chunks);
      }
      notifyAll();
    }

    /** Makes everybody who waits, or comes later, fail. */
    synchronized void stop() {
      stopped = true;
      notifyAll();
    }

    /** Ends the lease, when nobody uses its chunks any more. Idempotent. */
    @Override
    public synchronized void close() {
      stop();
      if (!closed) {
        closed = true;
        end(this);
      }
    }
  }
}
