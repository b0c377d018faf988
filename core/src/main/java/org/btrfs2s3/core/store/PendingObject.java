package org.btrfs2s3.core.store;

/**
 * An object that is being written and that nobody can see yet.
 *
 * <p>Used by one thread at a time; only {@link #close} may come from any thread, also while another
 * one is inside {@code write} or {@code commit}, which then throws.
 */
public interface PendingObject extends AutoCloseable {

  /**
   * Lets the writer know that the remote takes bytes although {@code write} blocks. May be called
   * once, before the first {@code write}. A remote that has nothing to tell never runs it.
   *
   * @param moved is run by any thread, also by several at once, whenever bytes of the object have
   *     gone to the remote, those that are sent once more included; it is cheap and never throws
   */
  default void whenMoved(Runnable moved) {}

  /**
   * Takes the next bytes. They are copied or sent before this returns. Blocks while the remote is
   * slower than the writer.
   *
   * @throws RemoteException if any byte so far could not be stored; the object can then only be
   *     closed
   */
  void write(byte[] bytes, int offset, int length) throws RemoteException, InterruptedException;

  /**
   * Publishes the object, durably and whole, unless one with this key exists that it is not to
   * replace. Returns only when the remote has acknowledged every byte. Called at most once.
   *
   * @throws RemoteException of kind {@code CONFLICT} if another object has the key: it is left as
   *     it is and ours is dropped. On any other kind nothing of ours is visible, except where the
   *     message says that the outcome is unknown
   */
  StoredObject commit() throws RemoteException, InterruptedException;

  /** Drops everything unless committed. Idempotent; never publishes; reports failure to the log. */
  @Override
  void close();
}
