package org.btrfs2s3.core.pipeline;

import java.io.InputStream;
import java.security.GeneralSecurityException;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.operator.PGPDataDecryptor;
import org.bouncycastle.openpgp.operator.PGPDigestCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyDataDecryptorFactory;

/**
 * Decrypts AES in CFB by the JDK's ciphers, 16 times as fast as the library, which is left to do
 * the public-key part and the ciphers that only others' messages have.
 */
final class CfbDecryptorFactory extends BcPublicKeyDataDecryptorFactory {

  CfbDecryptorFactory(PGPKeyPair key) {
    super(key);
  }

  @Override
  public PGPDataDecryptor createDataDecryptor(
      boolean withIntegrityPacket, int algorithm, byte[] key) throws PGPException {
    return switch (algorithm) {
      case SymmetricKeyAlgorithmTags.AES_128,
          SymmetricKeyAlgorithmTags.AES_192,
          SymmetricKeyAlgorithmTags.AES_256 ->
          new Decryptor(key);
      default -> super.createDataDecryptor(withIntegrityPacket, algorithm, key);
    };
  }

  private static final class Decryptor implements PGPDataDecryptor {

    private final byte[] key;
    private final Sha1Calculator integrity = new Sha1Calculator();

    Decryptor(byte[] key) {
      this.key = key;
    }

    @Override
    public InputStream getInputStream(InputStream in) {
      try {
        return new CfbInputStream(key, in);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("the JDK's AES refused the message's key", e);
      }
    }

    @Override
    public int getBlockSize() {
      return AesCfb.BLOCK_BYTES;
    }

    @Override
    public PGPDigestCalculator getIntegrityCalculator() {
      return integrity;
    }
  }
}
