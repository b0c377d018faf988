package org.btrfs2s3.core.pipeline;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;

/** The keys that backups are encrypted to; each of them alone can decrypt. Immutable. */
public final class Recipients {

  /** What {@link OpenPgpDecrypt} reads for sure, whatever the keys are. */
  static final int MOST = 256;

  private final List<PGPPublicKey> keys;
  private final List<String> warnings;

  private Recipients(List<PGPPublicKey> keys, List<String> warnings) {
    this.keys = List.copyOf(keys);
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Reads files of certificates. Of each certificate the newest valid key is taken that is meant
   * for the encryption of storage or communications; if there was one and it has expired, that one,
   * with a warning.
   *
   * @param now decides what has expired
   * @throws OpenPgpKeyException if a file cannot be read or holds no certificate, or a certificate
   *     has no key to encrypt to, or was revoked
   */
  public static Recipients load(List<Path> files, Instant now) throws OpenPgpKeyException {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("no recipients");
    }
    // By key id, in order: a key that is given twice is one recipient.
    var keys = new LinkedHashMap<Long, PGPPublicKey>();
    var warnings = new ArrayList<String>();
    for (Path file : files) {
      List<OpenPGPCertificate> certificates = OpenPgpKeyFile.read(file);
      if (certificates.isEmpty()) {
        throw new OpenPgpKeyException(file, "holds no OpenPGP certificate", null);
      }
      for (OpenPGPCertificate certificate : certificates) {
        EncryptionKey chosen = EncryptionKey.choose(file, certificate, now);
        keys.put(chosen.key().getKeyID(), chosen.key());
        if (keys.size() > MOST) {
          throw new OpenPgpKeyException(
              file, "that makes more than " + MOST + " recipients, which is the limit", null);
        }
        warnings.addAll(chosen.warnings());
      }
    }
    return new Recipients(List.copyOf(keys.values()), warnings);
  }

  /** What the user should be told in every run, such as that a key has expired. */
  public List<String> warnings() {
    return warnings;
  }

  /** The ids of the encryption keys, such as {@code 0x0123456789ABCDEF}. */
  public List<String> keyIds() {
    return keys.stream().map(key -> OpenPgpKeyFile.format(key.getKeyID())).toList();
  }

  List<PGPPublicKey> keys() {
    return keys;
  }

  /** Whether they are the same keys, in whatever order and from whatever files. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Recipients recipients
        && fingerprints().equals(recipients.fingerprints());
  }

  @Override
  public int hashCode() {
    return fingerprints().hashCode();
  }

  private Set<ByteBuffer> fingerprints() {
    return keys.stream()
        .map(key -> ByteBuffer.wrap(key.getFingerprint()))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public String toString() {
    return "Recipients" + keyIds();
  }
}
