package org.btrfs2s3.core.sendstream;

import java.util.zip.CRC32C;

/**
 * The checksum of a command: CRC32C of its header, in which the checksum is 0, and its body; with a
 * register that begins with zeros and is not inverted at the end.
 */
final class CommandChecksum {

  private final CRC32C crc = new CRC32C();

  /**
   * Four bytes of ones, which turn the ones that Java's register begins with to zeros; a header.
   */
  private final byte[] start = {-1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

  int of(int type, byte[] bytes, int offset, int length) {
    StreamFormat.LE32.set(start, 4, length);
    StreamFormat.LE16.set(start, 8, (short) type);
    crc.reset();
    crc.update(start);
    crc.update(bytes, offset, length);
    return ~(int) crc.getValue();
  }
}
