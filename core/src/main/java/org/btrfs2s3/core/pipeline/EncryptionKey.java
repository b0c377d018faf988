package org.btrfs2s3.core.pipeline;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.OpenPGPCertificate.OpenPGPComponentKey;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;

/**
 * The one key of a certificate that is encrypted to.
 *
 * @param warnings what is to be said about it
 */
record EncryptionKey(PGPPublicKey key, List<String> warnings) {

  static EncryptionKey choose(Path file, OpenPGPCertificate certificate, Instant now)
      throws OpenPgpKeyException {
    String name = OpenPgpKeyFile.format(certificate.getKeyIdentifier().getKeyId());
    if (isRevoked(certificate.getPrimaryKey(), now)) {
      throw new OpenPgpKeyException(file, "certificate " + name + " is revoked", null);
    }
    var warnings = new ArrayList<String>();
    if (certificate.isSecretKey()) {
      warnings.add(
          file + ": holds the secret key " + name + "; encryption needs only the public one");
    }
    Optional<OpenPGPComponentKey> valid = newest(certificate, now, now);
    if (valid.isPresent()) {
      return new EncryptionKey(usable(file, valid.get()), warnings);
    }
    for (Instant end : expirations(certificate, now)) {
      Optional<OpenPGPComponentKey> expired = newest(certificate, end.minusSeconds(1), now);
      if (expired.isPresent()) {
        warnings.add(file + ": the encryption key of " + name + " expired at " + end);
        return new EncryptionKey(usable(file, expired.get()), warnings);
      }
    }
    boolean revoked = certificate.getKeys().stream().anyMatch(key -> isRevoked(key, now));
    String reason = revoked ? "every encryption key is revoked" : "no key that can encrypt";
    throw new OpenPgpKeyException(file, "certificate " + name + ": " + reason, null);
  }

  /** The newest encryption key that was valid at a time and is not revoked now. */
  private static Optional<OpenPGPComponentKey> newest(
      OpenPGPCertificate certificate, Instant time, Instant now) {
    return certificate.getEncryptionKeys(Date.from(time)).stream()
        .filter(key -> !isRevoked(key, now))
        .max(Comparator.comparing(OpenPGPComponentKey::getCreationTime));
  }

  /** When something of the certificate expired, the latest first. */
  static List<Instant> expirations(OpenPGPCertificate certificate, Instant now) {
    return certificate.getKeys().stream()
        .flatMap(key -> Stream.ofNullable(key.getKeyExpirationDateAt(Date.from(now))))
        .map(Date::toInstant)
        .filter(end -> !end.isAfter(now))
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  static boolean isRevoked(OpenPGPComponentKey key, Instant now) {
    return key.getRevocation(Date.from(now)) != null;
  }

  private static PGPPublicKey usable(Path file, OpenPGPComponentKey component)
      throws OpenPgpKeyException {
    PGPPublicKey key = component.getPGPPublicKey();
    try {
      var unused = new BcPublicKeyKeyEncryptionMethodGenerator(key);
      return key;
    } catch (IllegalArgumentException e) {
      String name = OpenPgpKeyFile.format(key.getKeyID());
      throw new OpenPgpKeyException(
          file, "key " + name + " is of a kind that is not supported: " + e.getMessage(), e);
    }
  }
}
