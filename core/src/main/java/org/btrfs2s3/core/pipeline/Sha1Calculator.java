package org.btrfs2s3.core.pipeline;

import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.operator.PGPDigestCalculator;

/** SHA-1, the hash of the modification detection code (RFC 9580, 5.13.1). */
final class Sha1Calculator implements PGPDigestCalculator {

  private final MessageDigest digest;

  Sha1Calculator() {
    try {
      digest = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-1", e);
    }
  }

  @Override
  public int getAlgorithm() {
    return HashAlgorithmTags.SHA1;
  }

  @Override
  public OutputStream getOutputStream() {
    return new OutputStream() {
      @Override
      public void write(int value) {
        digest.update((byte) value);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        digest.update(bytes, offset, length);
      }
    };
  }

  @Override
  public byte[] getDigest() {
    return digest.digest();
  }

  @Override
  public void reset() {
    digest.reset();
  }
}
