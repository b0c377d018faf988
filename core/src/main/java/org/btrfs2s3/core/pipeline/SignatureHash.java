package org.btrfs2s3.core.pipeline;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;

/**
 * The hashes that signatures may be made of, computed by the JDK: it uses the processor's
 * instructions for them, which the library does not.
 */
enum SignatureHash {
  SHA_256(HashAlgorithmTags.SHA256, "SHA-256", NISTObjectIdentifiers.id_sha256),
  SHA_384(HashAlgorithmTags.SHA384, "SHA-384", NISTObjectIdentifiers.id_sha384),
  SHA_512(HashAlgorithmTags.SHA512, "SHA-512", NISTObjectIdentifiers.id_sha512);

  private final int tag;
  private final String algorithm;
  private final String oid;

  SignatureHash(int tag, String algorithm, ASN1ObjectIdentifier oid) {
    this.tag = tag;
    this.algorithm = algorithm;
    this.oid = oid.getId();
  }

  static SignatureHash of(int tag) throws PGPException {
    for (var hash : values()) {
      if (hash.tag == tag) {
        return hash;
      }
    }
    throw new PGPException("its hash is none of SHA-256, SHA-384 and SHA-512");
  }

  /** As RFC 9580 numbers it. */
  int tag() {
    return tag;
  }

  /** As PKCS #1 names it. */
  ASN1ObjectIdentifier oid() {
    return new ASN1ObjectIdentifier(oid);
  }

  MessageDigest digest() {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has " + algorithm, e);
    }
  }
}
