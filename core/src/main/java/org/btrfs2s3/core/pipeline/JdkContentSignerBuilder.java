package org.btrfs2s3.core.pipeline;

import java.io.OutputStream;
import java.security.DigestOutputStream;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.operator.PGPContentSigner;
import org.bouncycastle.openpgp.operator.PGPContentSignerBuilder;

/** Signs SHA-256 digests that the JDK computes. */
final class JdkContentSignerBuilder implements PGPContentSignerBuilder {

  private static final SignatureHash HASH = SignatureHash.SHA_256;

  @Override
  public PGPContentSigner build(int type, PGPPrivateKey key) {
    return new ContentSigner(type, key);
  }

  private static final class ContentSigner implements PGPContentSigner {

    private final int type;
    private final PGPPrivateKey key;
    private final DigestOutputStream hashing =
        new DigestOutputStream(OutputStream.nullOutputStream(), HASH.digest());
    private byte[] digest = new byte[0];

    ContentSigner(int type, PGPPrivateKey key) {
      this.type = type;
      this.key = key;
    }

    @Override
    public OutputStream getOutputStream() {
      return hashing;
    }

    @Override
    public byte[] getSignature() {
      try {
        return DigestSignature.sign(key, HASH, getDigest());
      } catch (PGPException e) {
        throw new IllegalStateException("cannot sign: " + e.getMessage(), e);
      }
    }

    /** Asked for before and after the signature itself. */
    @Override
    public byte[] getDigest() {
      if (digest.length == 0) {
        digest = hashing.getMessageDigest().digest();
      }
      return digest.clone();
    }

    @Override
    public int getType() {
      return type;
    }

    @Override
    public int getHashAlgorithm() {
      return HASH.tag();
    }

    @Override
    public int getKeyAlgorithm() {
      return key.getPublicKeyPacket().getAlgorithm();
    }

    @Override
    public long getKeyID() {
      return key.getKeyID();
    }
  }
}
