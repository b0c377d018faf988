package org.btrfs2s3.core.pipeline;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.crypto.Cipher;

/**
 * AES-CFB decryption, the inverse of {@link CfbOutputStream}: P(i) = C(i) ^ E(C(i-1)), which is the
 * ECB encryption of the ciphertext shifted by one block.
 */
final class CfbInputStream extends InputStream {

  private final InputStream in;
  private final Cipher ecb;

  /** The block before, all zero at first, and behind it the ciphertext. */
  private final byte[] shifted = new byte[AesCfb.BLOCK_BYTES + AesCfb.BUFFER_BYTES];

  private final byte[] plain = new byte[AesCfb.BUFFER_BYTES];
  private int position;
  private int length;

  CfbInputStream(byte[] key, InputStream in) throws GeneralSecurityException {
    this.in = in;
    this.ecb = AesCfb.ecb(key);
  }

  @Override
  public int read() throws IOException {
    return isAtEnd() ? -1 : plain[position++] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    if (isAtEnd()) {
      return -1;
    }
    int part = Math.min(count, length - position);
    System.arraycopy(plain, position, bytes, offset, part);
    position += part;
    return part;
  }

  @Override
  public int available() {
    return length - position;
  }

  private boolean isAtEnd() throws IOException {
    if (position == length) {
      decrypt();
    }
    return position == length;
  }

  private void decrypt() throws IOException {
    // The last block of the previous, full, buffer. After a shorter one nothing follows.
    System.arraycopy(shifted, AesCfb.BUFFER_BYTES, shifted, 0, AesCfb.BLOCK_BYTES);
    length = readCiphertext();
    position = 0;
    int blocks = Math.ceilDiv(length, AesCfb.BLOCK_BYTES);
    AesCfb.update(ecb, shifted, blocks * AesCfb.BLOCK_BYTES, plain, 0);
    AesCfb.xor(plain, shifted, AesCfb.BLOCK_BYTES, length);
  }

  private int readCiphertext() throws IOException {
    try {
      return in.readNBytes(shifted, AesCfb.BLOCK_BYTES, AesCfb.BUFFER_BYTES);
    } catch (EOFException e) {
      // The packet reader above would take this exception for a proper end.
      throw new IOException("truncated OpenPGP message", e);
    }
  }
}
