package org.btrfs2s3.core.pipeline;

import java.io.OutputStream;
import java.security.DigestOutputStream;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.operator.PGPContentVerifier;
import org.bouncycastle.openpgp.operator.PGPContentVerifierBuilder;
import org.bouncycastle.openpgp.operator.PGPContentVerifierBuilderProvider;

/** Checks signatures over digests that the JDK computes. */
final class JdkContentVerifiers implements PGPContentVerifierBuilderProvider {

  @Override
  public PGPContentVerifierBuilder get(int keyAlgorithm, int hashAlgorithm) throws PGPException {
    SignatureHash hash = SignatureHash.of(hashAlgorithm);
    return key -> {
      if (key.getAlgorithm() != keyAlgorithm) {
        throw new PGPException("it is not of the kind of the key that it names");
      }
      return new ContentVerifier(key, hash);
    };
  }

  private static final class ContentVerifier implements PGPContentVerifier {

    private final PGPPublicKey key;
    private final SignatureHash hash;
    private final DigestOutputStream hashing;

    ContentVerifier(PGPPublicKey key, SignatureHash hash) {
      this.key = key;
      this.hash = hash;
      this.hashing = new DigestOutputStream(OutputStream.nullOutputStream(), hash.digest());
    }

    @Override
    public OutputStream getOutputStream() {
      return hashing;
    }

    @Override
    public boolean verify(byte[] signature) {
      try {
        return DigestSignature.verify(key, hash, hashing.getMessageDigest().digest(), signature);
      } catch (PGPException e) {
        throw new IllegalStateException("cannot check: " + e.getMessage(), e);
      }
    }

    @Override
    public int getHashAlgorithm() {
      return hash.tag();
    }

    @Override
    public int getKeyAlgorithm() {
      return key.getAlgorithm();
    }

    @Override
    public long getKeyID() {
      return key.getKeyID();
    }
  }
}
