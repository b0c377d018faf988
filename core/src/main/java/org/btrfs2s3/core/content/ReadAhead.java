package org.btrfs2s3.core.content;

import java.io.InputStream;
import java.util.List;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches objects in the order in which they are going to be read, by one thread and up to {@link
 * #WINDOW_BYTES} ahead of the reader, so that the next object is there, or on its way, while the
 * one before is still being received. An object that is larger than that just streams.
 *
 * <p>Whoever skips an object, or closes one before its end, makes the fetching begin anew with the
 * next one that is opened. Holds the window on the heap, whatever the objects' sizes. For one
 * thread; a stream that it opened may be closed by another one.
 */
public final class ReadAhead implements AutoCloseable {

  /** All that is fetched and not yet read, of all objects together. */
  public static final int WINDOW_BYTES = Fetching.CHUNKS * Fetching.CHUNK_BYTES;

  private final BackupStore store;
  private final List<ObjectKey> order;

  /** Index of the object that comes next. */
  private int next;

  private @Nullable Fetching fetching;

  /**
   * @param order of the objects; one that is read twice is twice in it
   */
  public ReadAhead(BackupStore store, List<ObjectKey> order) {
    this.store = store;
    this.order = List.copyOf(order);
  }

  /**
   * Reads an object from its begin, as {@link BackupStore#open} does; but what fails, fails when it
   * is read. The stream that was opened before must have been closed.
   */
  public InputStream open(ObjectKey key) throws RemoteException, InterruptedException {
    int index = next;
    while (index < order.size() && !order.get(index).equals(key)) {
      index++;
    }
    if (index == order.size()) {
      return store.open(key, 0);
    }
    if (fetching == null || index != next || !fetching.isGoingOn()) {
      close();
      fetching = Fetching.start(store, order.subList(index, order.size()));
    }
    next = index + 1;
    return fetching.nextObject();
  }

  /** Ends the thread; what was fetched in vain is dropped. Idempotent. */
  @Override
  public void close() {
    if (fetching != null) {
      fetching.stop();
      fetching = null;
    }
  }
}
