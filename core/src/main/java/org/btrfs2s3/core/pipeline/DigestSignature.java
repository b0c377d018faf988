package org.btrfs2s3.core.pipeline;

import java.security.SecureRandom;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.NullDigest;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.RSADigestSigner;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyConverter;

/**
 * The public-key part of OpenPGP signatures: of a digest that is finished already. The library's
 * own operators hash everything by themselves, and to sign even twice.
 */
final class DigestSignature {

  private DigestSignature() {}

  static byte[] sign(PGPPrivateKey key, SignatureHash hash, byte[] digest) throws PGPException {
    AsymmetricKeyParameter secret = new BcPGPKeyConverter().getPrivateKey(key);
    Signer signer = signer(secret, hash);
    signer.init(
        true,
        // Blinds RSA; Ed25519 has no use for randomness.
        secret instanceof RSAKeyParameters
            ? new ParametersWithRandom(secret, new SecureRandom())
            : secret);
    signer.update(digest, 0, digest.length);
    try {
      return signer.generateSignature();
    } catch (CryptoException e) {
      throw new PGPException("cannot sign", e);
    }
  }

  static boolean verify(PGPPublicKey key, SignatureHash hash, byte[] digest, byte[] signature)
      throws PGPException {
    AsymmetricKeyParameter known = new BcPGPKeyConverter().getPublicKey(key);
    Signer signer = signer(known, hash);
    signer.init(false, known);
    signer.update(digest, 0, digest.length);
    return signer.verifySignature(signature);
  }

  /** Whether signatures of the kind can be made and checked. */
  static boolean isSupported(PGPPublicKey key) {
    try {
      var unused = signer(new BcPGPKeyConverter().getPublicKey(key), SignatureHash.SHA_256);
      return true;
    } catch (PGPException e) {
      return false;
    }
  }

  private static Signer signer(AsymmetricKeyParameter key, SignatureHash hash) throws PGPException {
    return switch (key) {
      case RSAKeyParameters _ -> new RSADigestSigner(new NullDigest(), hash.oid());
      case Ed25519PrivateKeyParameters _, Ed25519PublicKeyParameters _ -> new Ed25519Signer();
      default -> throw new PGPException("neither RSA nor Ed25519");
    };
  }
}
