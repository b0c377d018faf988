package org.btrfs2s3.core.pipeline;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What OpenPGP's AES-CFB is made of. The JDK has no fast CFB, but fast CBC and ECB, of which CFB is
 * a rearrangement: {@link CfbOutputStream}, {@link CfbInputStream}.
 */
final class AesCfb {

  static final int BLOCK_BYTES = 16;

  static final int BUFFER_BYTES = 64 << 10;

  /**
   * Bytes per call of the cipher. The JIT takes the processor's AES instructions for many blocks at
   * once only after some thousand calls, which with longer ones was hundreds of megabytes later.
   */
  private static final int CALL_BYTES = 2 << 10;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private AesCfb() {}

  static Cipher ecb(byte[] key) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
    return cipher;
  }

  static Cipher cbc(byte[] key, byte[] initialisationVector) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
    var parameters = new IvParameterSpec(initialisationVector);
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), parameters);
    return cipher;
  }

  /**
   * Encrypts whole blocks.
   *
   * @param from from its beginning
   * @param toOffset where the result begins
   */
  static void update(Cipher cipher, byte[] from, int length, byte[] to, int toOffset) {
    try {
      for (int i = 0; i < length; i += CALL_BYTES) {
        cipher.update(from, i, Math.min(CALL_BYTES, length - i), to, toOffset + i);
      }
    } catch (ShortBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** {@code bytes[i] ^= pad[padOffset + i]} for the first {@code length} bytes. */
  static void xor(byte[] bytes, byte[] pad, int padOffset, int length) {
    int i = 0;
    // Eight at a time: the JIT does not vectorise the loop over bytes.
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      long mask = (long) LONGS.get(pad, padOffset + i);
      LONGS.set(bytes, i, (long) LONGS.get(bytes, i) ^ mask);
    }
    for (; i < length; i++) {
      bytes[i] ^= pad[padOffset + i];
    }
  }
}
