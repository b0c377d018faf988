package org.btrfs2s3.core.store;

import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A remote: a flat set of immutable objects, each with a key, a size and user metadata.
 *
 * <p><b>Atomicity.</b> An object is visible to {@link #list}, {@link #find} and {@link #open} only
 * after {@link PendingObject#commit} (invariant 1). Nothing visible is ever overwritten (invariant
 * 11), unless {@link NewObject#predecessor} asks for it.
 *
 * <p><b>Foreign objects</b> are listed like any other; stores do not parse keys.
 *
 * <p><b>Threads.</b> Safe for use by several threads; each {@link PendingObject} and each stream
 * belongs to one.
 *
 * <p><b>Failure.</b> {@link RemoteException} with its kind; a bucket or directory that is not there
 * is an error of kind {@code NOT_FOUND}, never an empty listing. An interrupted thread gets {@link
 * InterruptedException}.
 */
public interface BackupStore extends AutoCloseable {

  /** Where this is, for messages, such as {@code s3://bucket/prefix}. Holds no secret. */
  String location();

  /**
   * Every object of the remote, or an error: never a part of them. Does not wait for a remote that
   * is away longer than some minutes, as other requests may: nothing can be planned meanwhile.
   */
  Listing list() throws RemoteException, InterruptedException;

  /**
   * Like {@link #list}, but waits for a remote that is away as long as other requests do: for when
   * a long upload would be in vain without.
   */
  default Listing listPatiently() throws RemoteException, InterruptedException {
    return list();
  }

  /**
   * The most bytes of heap that one upload holds, from {@link #create} to {@link
   * PendingObject#close}. Stores may share a bounded amount of it: whoever runs several uploads at
   * once reserves this much for each before it creates it. If more were created, {@code create}
   * would wait for one of them to end.
   *
   * @param estimatedSize as in {@link NewObject}
   */
  default long uploadMemory(long estimatedSize) {
    return 0;
  }

  /** One object, or nothing if there is none with this key. Reads what was just committed. */
  Optional<ObjectDetails> find(ObjectKey key) throws RemoteException, InterruptedException;

  /**
   * Begins a new object. Fails early with {@code CONFLICT} where it is cheap to know that the key
   * is taken; the check that counts is made by commit.
   */
  PendingObject create(NewObject object) throws RemoteException, InterruptedException;

  /**
   * Reads an object from an offset in bytes (at most its size). The stream ends with -1 only after
   * the object's last byte; if the remote delivers fewer bytes, {@code read} throws. {@code read}
   * throws {@link RemoteException} on failure and {@link java.io.InterruptedIOException} on
   * interruption.
   *
   * @throws RemoteException {@code NOT_FOUND} if there is no such object, {@code FROZEN} if it has
   *     to be thawed first
   */
  InputStream open(ObjectKey key, long offset) throws RemoteException, InterruptedException;

  /** What tells of frozen objects; nothing if every object of this remote can always be read. */
  default Optional<ColdStorage> coldStorage() {
    return Optional.empty();
  }

  /**
   * Deletes objects, in the given order where the remote has one. A key without an object counts as
   * deleted. One key's failure does not stop the others.
   *
   * @throws RemoteException only if nothing is known of any key, for example when the bucket is
   *     gone
   */
  DeleteReport delete(Collection<ObjectKey> keys) throws RemoteException, InterruptedException;

  /**
   * Every upload that was begun and neither committed nor aborted, in no order, or an error: never
   * a part of them. An upload that a live process is writing may be among them or not; only who
   * knows that no such process is left may abort one. An upload that holds no byte yet may be
   * missing.
   *
   * @throws RemoteException also {@code REFUSED} where the remote cannot list them, and {@code
   *     DENIED} where that takes a permission of its own
   */
  List<UnfinishedUpload> unfinishedUploads() throws RemoteException, InterruptedException;

  /**
   * Drops an unfinished upload with every byte of it, and returns only when nothing is left. One
   * that is gone already counts as dropped. Never touches an object, nor another upload, of the
   * same key or not.
   *
   * @param upload as it was listed by {@link #unfinishedUploads} of this remote
   * @throws RemoteException also {@code REFUSED} where the remote knows that a live process is
   *     writing it
   */
  void abort(UnfinishedUpload upload) throws RemoteException, InterruptedException;

  /**
   * Removes what killed processes left that no request shows, nor needs. Touches no object, and
   * nothing of a live process. What cannot be removed is only logged.
   */
  default void tidy() throws RemoteException, InterruptedException {}

  /** Frees connections and threads. Objects that are pending are aborted. */
  @Override
  void close();
}
