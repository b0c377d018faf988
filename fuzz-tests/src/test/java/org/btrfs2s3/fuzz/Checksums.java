package org.btrfs2s3.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** The checksums of a send stream, which a fuzzer could hardly guess. */
final class Checksums {

  private static final int HEADER = 17;
  private static final int COMMAND_HEADER = 10;

  private Checksums() {}

  /**
   * The same commands, as far as they can be told apart, with the checksums that they must have.
   */
  static byte[] corrected(byte[] bytes) {
    byte[] fixed = bytes.clone();
    var buffer = ByteBuffer.wrap(fixed).order(ByteOrder.LITTLE_ENDIAN);
    int at = HEADER;
    while (at + COMMAND_HEADER <= fixed.length) {
      int body = buffer.getInt(at);
      if (body < 0 || body > fixed.length - at - COMMAND_HEADER) {
        break;
      }
      buffer.putInt(at + 6, 0);
      var crc = new CRC32C();
      crc.update(new byte[] {-1, -1, -1, -1});
      crc.update(fixed, at, COMMAND_HEADER + body);
      buffer.putInt(at + 6, ~(int) crc.getValue());
      at += COMMAND_HEADER + body;
    }
    return fixed;
  }
}
