package org.btrfs2s3.core.btrfs;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;

/**
 * The port to the local btrfs file systems. Everything throws {@link BtrfsException} with
 * operation, path and errno. Stateless and safe for use by several threads.
 *
 * <p>Entries of a directory are named by their raw bytes, and are opened without following links
 * and without blocking (a FIFO, a socket or a dangling link is not a subvolume, nothing more).
 */
public interface Btrfs {

  /** It is stored as nanoseconds. */
  int LARGEST_MARK = 999_999_999;

  /** What a path, which must be the root of a subvolume, is. Needs no privilege. */
  SubvolumeInfo inspect(Path subvolume) throws BtrfsException;

  /** One subvolume of a directory. */
  SubvolumeInfo inspect(Path directory, EntryName name) throws BtrfsException;

  /** The uid of the owner of a subvolume's root, who may change its flags and its identity. */
  long owner(Path directory, EntryName name) throws BtrfsException;

  /** The subvolumes directly in a directory, in order of their names' bytes. */
  List<SubvolumeEntry> list(Path directory) throws BtrfsException;

  /** Whether a directory has an entry of that name, of whatever type. Does not follow links. */
  boolean exists(Path directory, EntryName name) throws BtrfsException;

  /** How many subvolumes are nested anywhere below this one's root: send leaves them out. */
  int countNested(Path subvolume) throws BtrfsException;

  /** Writes everything that is buffered to disk and commits the transaction. */
  void sync(Path path) throws BtrfsException;

  /** Begins to watch the file system of a path for writes that are lost; to be closed. */
  WriteWatch watchWrites(Path path) throws BtrfsException;

  /** Bytes that can still be written to the file system of a path, as far as it knows itself. */
  long freeBytes(Path path) throws BtrfsException;

  /** Creates a read-only snapshot, atomically. Fails with EEXIST if the name is taken. */
  void createSnapshot(Path source, Path directory, EntryName name) throws BtrfsException;

  /** The same, but writable, and so without a received UUID. */
  void createWritableSnapshot(Path source, Path directory, EntryName name) throws BtrfsException;

  /** Renames within a directory, never replacing: EEXIST if the new name is taken. Durable. */
  void rename(Path directory, EntryName from, EntryName to) throws BtrfsException;

  /**
   * Deletes a subvolume, after checking that the entry still is the one with this UUID. Durable
   * after the next {@link #sync}.
   */
  void delete(Path directory, EntryName name, UUID uuid) throws BtrfsException;

  /**
   * Runs {@code btrfs send}. What this machine cannot send at all is refused here, not by the
   * stream.
   *
   * @param parent directory entry of the send parent, in the same directory; null for a full stream
   */
  SendStream send(Path directory, EntryName name, @Nullable EntryName parent, SendMode mode)
      throws BtrfsException;

  /** What streams that are received into a directory can be kept from here, which is tried out. */
  DeviceAccess deviceAccess(Path directory);

  /**
   * Runs {@code btrfs receive -C} into a directory.
   *
   * @param devices what {@link #deviceAccess} has found; where it is shut, that is seen to
   */
  ReceiveSink receive(Path directory, DeviceAccess devices) throws BtrfsException;

  /**
   * Gives a received subvolume its true identity: read-write, {@code SET_RECEIVED_SUBVOL},
   * read-only again. What is buffered is written before, so that from then on a ctransid above
   * rtransid tells of an edit; after a receive alone it may also be the late writing of the
   * content.
   *
   * @param mark to be found in {@link SubvolumeInfo}, and in that of read-only snapshots of it:
   *     from 0 to {@link #LARGEST_MARK}
   */
  void setReceived(Path directory, EntryName name, UUID receivedUuid, Ctransid stransid, int mark)
      throws BtrfsException;

  /**
   * Every subvolume of the file system that a path lies in, mounted there or not, as of now: it is
   * synced before. Needs CAP_SYS_ADMIN.
   */
  List<SubvolumeInfo> listFileSystem(Path path) throws BtrfsException;
}
