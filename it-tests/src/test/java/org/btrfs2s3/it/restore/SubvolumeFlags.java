package org.btrfs2s3.it.restore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.btrfs2s3.core.linux.Directory;

/**
 * Makes a subvolume writable as the ioctl does. The tool of btrfs would not do: it takes the
 * received UUID away.
 */
final class SubvolumeFlags {
  // include/uapi/linux/btrfs.h
  private static final long BTRFS_IOC_SUBVOL_SETFLAGS = 0x4008941aL;
  private static final long BTRFS_SUBVOL_RDONLY = 2;

  private SubvolumeFlags() {}

  static void setReadOnly(Path subvolume, boolean readOnly) throws IOException {
    try (Directory directory = Directory.open(subvolume)) {
      ByteBuffer flags = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
      flags.putLong(0, readOnly ? BTRFS_SUBVOL_RDONLY : 0);
      directory.ioctl(BTRFS_IOC_SUBVOL_SETFLAGS, flags);
    }
  }
}
