package org.btrfs2s3.core.pipeline;

import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.operator.PGPDataEncryptor;
import org.bouncycastle.openpgp.operator.PGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.PGPDigestCalculator;

/**
 * AES-256 in CFB with a modification detection code, by the JDK's ciphers: six times as fast as the
 * operators of the library. Nothing about it can be configured.
 */
final class CfbEncryptorBuilder implements PGPDataEncryptorBuilder {

  private static final int NO_AEAD = -1;

  private final SecureRandom random;

  CfbEncryptorBuilder(SecureRandom random) {
    this.random = random;
  }

  @Override
  public int getAlgorithm() {
    return SymmetricKeyAlgorithmTags.AES_256;
  }

  @Override
  public int getAeadAlgorithm() {
    return NO_AEAD;
  }

  @Override
  public int getChunkSize() {
    return NO_AEAD;
  }

  @Override
  public boolean isV5StyleAEAD() {
    return false;
  }

  @Override
  public PGPDataEncryptor build(byte[] key) {
    return new Encryptor(key);
  }

  @Override
  public PGPDataEncryptor build(byte[] key, byte[] initialisationVector) {
    throw new UnsupportedOperationException("only for AEAD");
  }

  @Override
  public SecureRandom getSecureRandom() {
    return random;
  }

  @Override
  public PGPDataEncryptorBuilder setWithIntegrityPacket(boolean withIntegrityPacket) {
    if (!withIntegrityPacket) {
      throw new UnsupportedOperationException("never without");
    }
    return this;
  }

  @Override
  public PGPDataEncryptorBuilder setWithAEAD(int algorithm, int chunkSize) {
    throw new UnsupportedOperationException("not every gpg reads AEAD");
  }

  @Override
  public PGPDataEncryptorBuilder setUseV5AEAD() {
    return setWithAEAD(NO_AEAD, NO_AEAD);
  }

  @Override
  public PGPDataEncryptorBuilder setUseV6AEAD() {
    return setWithAEAD(NO_AEAD, NO_AEAD);
  }

  private static final class Encryptor implements PGPDataEncryptor {

    private final byte[] key;
    private final Sha1Calculator integrity = new Sha1Calculator();

    Encryptor(byte[] key) {
      this.key = key;
    }

    @Override
    public OutputStream getOutputStream(OutputStream out) {
      try {
        return new CfbOutputStream(key, out);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("the JDK's AES refused its key", e);
      }
    }

    @Override
    public PGPDigestCalculator getIntegrityCalculator() {
      return integrity;
    }

    @Override
    public int getBlockSize() {
      return AesCfb.BLOCK_BYTES;
    }
  }
}
