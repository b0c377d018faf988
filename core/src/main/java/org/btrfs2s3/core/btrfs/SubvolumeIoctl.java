package org.btrfs2s3.core.btrfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.UUID;
import org.btrfs2s3.core.linux.Directory;
import org.btrfs2s3.core.linux.SystemCallException;
import org.btrfs2s3.policy.Ctransid;

/**
 * The ioctls on one subvolume. Numbers, offsets and sizes are those of {@code
 * include/uapi/linux/btrfs.h} on x86-64 and arm64, both little-endian.
 */
final class SubvolumeIoctl {

  /** Every subvolume's root directory has this inode number, and nothing else has. */
  static final long ROOT_INODE = 256;

  private static final long BTRFS_SUPER_MAGIC = 0x9123683eL;

  private static final long GET_SUBVOL_INFO = 0x81f8943cL;
  private static final int SUBVOL_INFO_SIZE = 504;

  private static final long SNAP_CREATE_V2 = 0x50009417L;
  private static final long SNAP_DESTROY_V2 = 0x5000943fL;
  private static final int VOL_ARGS_V2_SIZE = 4096;
  private static final int VOL_ARGS_V2_FLAGS = 16;
  private static final int VOL_ARGS_V2_NAME = 56;
  private static final long RDONLY = 2;
  private static final long SPEC_BY_ID = 16;

  private static final long SUBVOL_SETFLAGS = 0x4008941aL;
  private static final long SET_RECEIVED_SUBVOL = 0xc0c89425L;
  private static final int RECEIVED_SUBVOL_SIZE = 200;

  private SubvolumeIoctl() {}

  /** The ioctls answer for the subvolume around any directory, hence this question. */
  static boolean isSubvolume(Directory directory) throws SystemCallException {
    return directory.id().inode() == ROOT_INODE && directory.fileSystemType() == BTRFS_SUPER_MAGIC;
  }

  static SubvolumeInfo info(Directory subvolume) throws SystemCallException {
    ByteBuffer info = structure(SUBVOL_INFO_SIZE);
    // Returns 1, not 0.
    subvolume.ioctl(GET_SUBVOL_INFO, info);
    return new SubvolumeInfo(
        info.getLong(0),
        KernelUuid.get(info, 296),
        KernelUuid.getOrNull(info, 312),
        KernelUuid.getOrNull(info, 328),
        (info.getLong(288) & 1) != 0,
        Ctransid.ofKernel(info.getLong(344)),
        Ctransid.ofKernel(info.getLong(352)),
        Ctransid.ofKernel(info.getLong(360)),
        Ctransid.ofKernel(info.getLong(368)),
        info.getInt(416),
        Instant.ofEpochSecond(info.getLong(376), info.getInt(384)));
  }

  static void createSnapshot(Directory source, Directory into, EntryName name, boolean readOnly)
      throws SystemCallException {
    ByteBuffer arguments = structure(VOL_ARGS_V2_SIZE);
    arguments.putLong(0, source.descriptor());
    arguments.putLong(VOL_ARGS_V2_FLAGS, readOnly ? RDONLY : 0);
    arguments.put(VOL_ARGS_V2_NAME, name.bytes());
    into.ioctl(SNAP_CREATE_V2, arguments);
  }

  /**
   * Deletes by number, which is never used again: what is deleted is what was inspected, whatever
   * was renamed meanwhile. Needs Linux 5.7.
   */
  static void delete(Directory onSameFileSystem, long id) throws SystemCallException {
    ByteBuffer arguments = structure(VOL_ARGS_V2_SIZE);
    arguments.putLong(VOL_ARGS_V2_FLAGS, SPEC_BY_ID);
    arguments.putLong(VOL_ARGS_V2_NAME, id);
    onSameFileSystem.ioctl(SNAP_DESTROY_V2, arguments);
  }

  static void setReadOnly(Directory subvolume, boolean readOnly) throws SystemCallException {
    ByteBuffer flags = structure(Long.BYTES);
    flags.putLong(0, readOnly ? RDONLY : 0);
    subvolume.ioctl(SUBVOL_SETFLAGS, flags);
  }

  /**
   * @param mark goes into the nanoseconds of the time of sending, of which nobody makes use: {@code
   *     btrfs receive} leaves that time zero, and {@code btrfs subvolume show} looks at its
   *     seconds. A read-only snapshot takes it over, a writable one does not, as with the UUID
   */
  static void setReceived(Directory subvolume, UUID uuid, Ctransid stransid, int mark)
      throws SystemCallException {
    ByteBuffer arguments = structure(RECEIVED_SUBVOL_SIZE);
    KernelUuid.put(arguments, 0, uuid);
    arguments.putLong(16, stransid.value().longValue());
    arguments.putInt(40, mark);
    subvolume.ioctl(SET_RECEIVED_SUBVOL, arguments);
  }

  private static ByteBuffer structure(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
