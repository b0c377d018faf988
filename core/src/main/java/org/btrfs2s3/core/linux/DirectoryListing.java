package org.btrfs2s3.core.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Reads what getdents64(2) writes: structures of type linux_dirent64, one behind the other. */
final class DirectoryListing {

  static final int BUFFER_BYTES = 64 * 1024;

  private static final int D_RECLEN = 16;
  private static final int D_NAME = 19;

  private DirectoryListing() {}

  /** Adds the names of all entries but {@code .} and {@code ..}. */
  static void addNames(MemorySegment buffer, List<byte[]> names) {
    for (long at = 0; at < buffer.byteSize(); ) {
      int length = Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT, at + D_RECLEN));
      byte[] name = untilZero(buffer.asSlice(at + D_NAME, length - D_NAME));
      if (!isDots(name)) {
        names.add(name);
      }
      at += length;
    }
  }

  private static byte[] untilZero(MemorySegment padded) {
    long length = 0;
    while (padded.get(ValueLayout.JAVA_BYTE, length) != 0) {
      length++;
    }
    return padded.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
  }

  private static boolean isDots(byte[] name) {
    return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
  }
}
