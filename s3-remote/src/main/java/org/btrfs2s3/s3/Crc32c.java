package org.btrfs2s3.s3;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;

/** CRC32C as S3 writes it: base64 of the four bytes, the highest first. */
final class Crc32c {

  private final CRC32C sum = new CRC32C();

  static String of(Part part) {
    var whole = new Crc32c();
    part.forEachChunk(whole::add);
    return whole.encoded();
  }

  void add(byte[] content, int offset, int length) {
    sum.update(content, offset, length);
  }

  String encoded() {
    var bytes = ByteBuffer.allocate(Integer.BYTES).putInt((int) sum.getValue());
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
