package org.btrfs2s3.core.pipeline;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.OpenPGPCertificate.OpenPGPComponentKey;
import org.jspecify.annotations.Nullable;

/**
 * A key of a certificate that signs.
 *
 * @param expires when it, or its certificate, expires or expired; null if never
 */
record SignatureKey(PGPPublicKey key, @Nullable Instant expires) {

  /**
   * Those of a certificate that are not revoked, be they expired or not. Their flags and dates are
   * those of the newest self-signatures, as gpg sees it: who extends a key's life with gpg keeps no
   * older ones, and what the key signed before is to remain good.
   */
  static List<SignatureKey> of(OpenPGPCertificate certificate, Instant now) {
    if (EncryptionKey.isRevoked(certificate.getPrimaryKey(), now)) {
      return List.of();
    }
    var moments = new ArrayList<Instant>();
    moments.add(now);
    EncryptionKey.expirations(certificate, now)
        .forEach(expiration -> moments.add(expiration.minusSeconds(1)));
    var keys = new LinkedHashMap<Long, SignatureKey>();
    for (Instant moment : moments) {
      for (OpenPGPComponentKey key : certificate.getSigningKeys(Date.from(moment))) {
        if (!EncryptionKey.isRevoked(key, now)
            && DigestSignature.isSupported(key.getPGPPublicKey())) {
          keys.putIfAbsent(
              key.getKeyIdentifier().getKeyId(),
              new SignatureKey(key.getPGPPublicKey(), expiry(certificate, key, moment)));
        }
      }
    }
    return List.copyOf(keys.values());
  }

  private static @Nullable Instant expiry(
      OpenPGPCertificate certificate, OpenPGPComponentKey key, Instant moment) {
    return Stream.of(key, certificate.getPrimaryKey())
        .map(part -> part.getKeyExpirationDateAt(Date.from(moment)))
        .filter(Objects::nonNull)
        .map(Date::toInstant)
        .min(Instant::compareTo)
        .orElse(null);
  }

  long id() {
    return key.getKeyID();
  }

  String name() {
    return OpenPgpKeyFile.format(id());
  }

  Instant created() {
    return key.getCreationTime().toInstant();
  }

  boolean isExpired(Instant time) {
    return expires != null && !time.isBefore(expires);
  }
}
