package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.crypto.Cipher;

/**
 * AES-CFB encryption with a zero initialisation vector, as a symmetrically encrypted and integrity
 * protected data packet of version 1 has it.
 *
 * <p>CFB is C(i) = P(i) ^ E(C(i-1)), with C(0) = 0. Let Y(i) = E(C(i)); then Y(i) = E(P(i) ^
 * Y(i-1)), which is the CBC encryption of P under the initialisation vector Y(0) = E(0), and C(i) =
 * P(i) ^ Y(i-1).
 *
 * <p>{@code flush} does nothing; {@code close} writes the rest and closes the stream behind.
 */
final class CfbOutputStream extends OutputStream {

  private final OutputStream out;
  private final Cipher cbc;
  private final byte[] buffer = new byte[AesCfb.BUFFER_BYTES];
  private int length;

  /** Y(i-1) for the first block in the buffer, then room for those of the others. */
  private final byte[] pad = new byte[AesCfb.BLOCK_BYTES + AesCfb.BUFFER_BYTES];

  CfbOutputStream(byte[] key, OutputStream out) throws GeneralSecurityException {
    this.out = out;
    byte[] first = AesCfb.ecb(key).doFinal(new byte[AesCfb.BLOCK_BYTES]);
    this.cbc = AesCfb.cbc(key, first);
    System.arraycopy(first, 0, pad, 0, first.length);
  }

  @Override
  public void write(int value) throws IOException {
    buffer[length++] = (byte) value;
    if (length == buffer.length) {
      encrypt();
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    int done = 0;
    while (done < count) {
      int part = Math.min(count - done, buffer.length - length);
      System.arraycopy(bytes, offset + done, buffer, length, part);
      length += part;
      done += part;
      if (length == buffer.length) {
        encrypt();
      }
    }
  }

  @Override
  public void close() throws IOException {
    encrypt();
    out.close();
  }

  /** Writes what the buffer holds. Only the last call may have an incomplete block. */
  private void encrypt() throws IOException {
    int whole = length - length % AesCfb.BLOCK_BYTES;
    AesCfb.update(cbc, buffer, whole, pad, AesCfb.BLOCK_BYTES);
    AesCfb.xor(buffer, pad, 0, length);
    System.arraycopy(pad, whole, pad, 0, AesCfb.BLOCK_BYTES);
    out.write(buffer, 0, length);
    length = 0;
  }
}
