package org.btrfs2s3.core.pipeline;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What OpenPGP's AES-CFB is made of. The JDK has no fast CFB, but fast CBC and ECB, of which CFB is
 * a rearrangement: {@link CfbOutputStream}, {@link CfbInputStream}.
 */
final class AesCfb {

  static final int BLOCK_BYTES = 16;

  /** Bytes per call of the cipher; longer calls were measured to be slower. */
  static final int BUFFER_BYTES = 64 << 10;

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
