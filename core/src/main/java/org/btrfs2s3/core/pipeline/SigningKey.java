package org.btrfs2s3.core.pipeline;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.api.OpenPGPKey;

/** The unlocked secret key that signs backups. Immutable; shows nothing but the key's id. */
public final class SigningKey {

  private final PGPKeyPair key;
  private final List<String> warnings;

  private SigningKey(PGPKeyPair key, List<String> warnings) {
    this.key = key;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Reads the file of one secret key. The newest key of it is taken that is valid and meant for
   * signing, and whose secret part is there; if there was one and it has expired, that one, with a
   * warning.
   *
   * @param passphrase asked once, if the key is protected
   * @param now decides what has expired
   * @throws OpenPgpKeyException if the file cannot be read, does not hold one secret key that can
   *     sign, or that was revoked, or the passphrase is missing or wrong
   */
  public static SigningKey load(Path file, IdentityPassphrase passphrase, Instant now)
      throws OpenPgpKeyException {
    List<OpenPGPKey> secret =
        OpenPgpKeyFile.read(file).stream()
            .filter(OpenPGPKey.class::isInstance)
            .map(OpenPGPKey.class::cast)
            .toList();
    if (secret.size() != 1) {
      throw new OpenPgpKeyException(
          file, "holds " + secret.size() + " secret keys; to sign takes a file with one", null);
    }
    OpenPGPKey certificate = secret.getFirst();
    SignatureKey chosen = choose(file, certificate, now);
    PGPSecretKey locked =
        SecretKeys.in(certificate)
            .filter(candidate -> candidate.getKeyID() == chosen.id())
            .findFirst()
            .orElseThrow();
    List<String> warnings =
        chosen.isExpired(now)
            ? List.of(
                "%s: the signing key %s expired at %s: what it signs counts only when its life is"
                        .formatted(file, chosen.name(), chosen.expires())
                    + " extended (gpg --quick-set-expire)")
            : List.of();
    var signing = new SigningKey(unlock(file, locked, passphrase), warnings);
    try {
      // Better now than after hours; and no text that could stand for another one, such as none.
      var unused = signing.sign("btrfs2s3 tries a signing key".getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new OpenPgpKeyException(file, String.valueOf(e.getMessage()), e);
    }
    return signing;
  }

  private static SignatureKey choose(Path file, OpenPGPKey certificate, Instant now)
      throws OpenPgpKeyException {
    String name = OpenPgpKeyFile.format(certificate.getKeyIdentifier().getKeyId());
    if (EncryptionKey.isRevoked(certificate.getPrimaryKey(), now)) {
      throw new OpenPgpKeyException(file, "key " + name + " is revoked", null);
    }
    Optional<SignatureKey> chosen =
        SignatureKey.of(certificate, now).stream()
            .filter(key -> hasSecret(certificate, key))
            .max(
                Comparator.comparing((SignatureKey key) -> !key.isExpired(now))
                    .thenComparing(SignatureKey::created));
    return chosen.orElseThrow(
        () ->
            new OpenPgpKeyException(
                file,
                "key %s: no valid secret key (RSA or Ed25519) that can sign".formatted(name),
                null));
  }

  private static boolean hasSecret(OpenPGPKey certificate, SignatureKey key) {
    return SecretKeys.in(certificate).anyMatch(secret -> secret.getKeyID() == key.id());
  }

  private static PGPKeyPair unlock(Path file, PGPSecretKey locked, IdentityPassphrase source)
      throws OpenPgpKeyException {
    return SecretKeys.unlock(
            file, locked.getKeyID(), List.of(locked), source, ": sign_with_passphrase_file")
        .getFirst();
  }

  /** The id of the key, such as {@code 0x0123456789ABCDEF}. */
  public String keyId() {
    return OpenPgpKeyFile.format(key.getKeyID());
  }

  /** What the user should be told in every run, such as that the key has expired. */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * A detached binary signature, as {@code gpg --verify} takes it.
   *
   * @throws IOException if the key cannot sign
   */
  public byte[] sign(byte[] content) throws IOException {
    try {
      PGPSignatureGenerator signature = begin();
      signature.update(content, 0, content.length);
      var encoded = new ByteArrayOutputStream();
      signature.generate().encode(encoded);
      return encoded.toByteArray();
    } catch (PGPException | RuntimeException e) {
      throw new IOException("cannot sign with " + keyId() + ": " + e.getMessage(), e);
    }
  }

  /** Demands this key's signature. */
  public Signers signers() {
    return Signers.of(new SignatureKey(key.getPublicKey(), null));
  }

  /** A signature of what is yet to come. */
  PGPSignatureGenerator begin() throws PGPException {
    var generator = new PGPSignatureGenerator(new JdkContentSignerBuilder(), key.getPublicKey());
    generator.init(PGPSignature.BINARY_DOCUMENT, key.getPrivateKey());
    var hashed = new PGPSignatureSubpacketGenerator();
    hashed.setSignatureCreationTime(false, Date.from(Instant.now()));
    hashed.setIssuerFingerprint(false, key.getPublicKey());
    generator.setHashedSubpackets(hashed.generate());
    var unhashed = new PGPSignatureSubpacketGenerator();
    if (key.getPublicKey().getVersion() <= PublicKeyPacket.VERSION_4) {
      unhashed.setIssuerKeyID(false, key.getKeyID()); // For readers older than fingerprints.
    }
    generator.setUnhashedSubpackets(unhashed.generate());
    return generator;
  }

  /** Whether it is the same key, from whatever file. */
  @Override
  public boolean equals(Object other) {
    return other instanceof SigningKey signing
        && Arrays.equals(fingerprint(), signing.fingerprint());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(fingerprint());
  }

  private byte[] fingerprint() {
    return key.getPublicKey().getFingerprint();
  }

  @Override
  public String toString() {
    return "SigningKey[" + keyId() + "]";
  }
}
