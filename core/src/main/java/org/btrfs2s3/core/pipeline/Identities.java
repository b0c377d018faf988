package org.btrfs2s3.core.pipeline;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.OpenPGPKey.OpenPGPSecretKey;
import org.bouncycastle.openpgp.operator.PBESecretKeyDecryptor;
import org.jspecify.annotations.Nullable;

/** Unlocked secret keys that can decrypt. Immutable; shows nothing but the keys' ids. */
public final class Identities {

  private static final Identities NONE = new Identities(Map.of());

  private final Map<Long, PGPKeyPair> keys;

  private Identities(Map<Long, PGPKeyPair> keys) {
    this.keys = keys;
  }

  public static Identities none() {
    return NONE;
  }

  /**
   * Reads files of secret keys and unlocks those that can decrypt.
   *
   * @param passphrase asked once for each certificate that has a protected key
   * @throws OpenPgpKeyException if a file cannot be read or holds no secret key that can decrypt,
   *     or a passphrase is missing or wrong
   */
  public static Identities load(List<Path> files, IdentityPassphrase passphrase)
      throws OpenPgpKeyException {
    var keys = new LinkedHashMap<Long, PGPKeyPair>();
    for (Path file : files) {
      var unlocked = new LinkedHashMap<Long, PGPKeyPair>();
      for (OpenPGPCertificate certificate : OpenPgpKeyFile.read(file)) {
        if (certificate instanceof OpenPGPKey key) {
          unlock(file, key, passphrase, unlocked);
        }
      }
      if (unlocked.isEmpty()) {
        throw new OpenPgpKeyException(file, "holds no secret key that can decrypt", null);
      }
      keys.putAll(unlocked);
    }
    return new Identities(keys);
  }

  /** The ids of the decryption keys, such as {@code 0x0123456789ABCDEF}. */
  public List<String> keyIds() {
    return keys.keySet().stream().map(OpenPgpKeyFile::format).toList();
  }

  Collection<PGPKeyPair> keys() {
    return keys.values();
  }

  @Nullable PGPKeyPair find(long keyId) {
    return keys.get(keyId);
  }

  @Override
  public String toString() {
    return "Identities" + keyIds();
  }

  private static void unlock(
      Path file, OpenPGPKey key, IdentityPassphrase source, Map<Long, PGPKeyPair> unlocked)
      throws OpenPgpKeyException {
    List<PGPSecretKey> secrets =
        key.getSecretKeys().values().stream()
            .map(OpenPGPSecretKey::getPGPSecretKey)
            .filter(secret -> secret.getPublicKey().isEncryptionKey())
            // gpg leaves the secret part out of exported subkeys' primary key.
            .filter(secret -> !secret.isPrivateKeyEmpty())
            .toList();
    char @Nullable [] passphrase = null;
    if (secrets.stream().anyMatch(Identities::isProtected)) {
      String name = OpenPgpKeyFile.format(key.getKeyIdentifier().getKeyId());
      passphrase = source.passphraseOf(name + " in " + file);
      if (passphrase == null) {
        throw new OpenPgpKeyException(file, "key " + name + " needs a passphrase", null);
      }
    }
    try {
      for (PGPSecretKey secret : secrets) {
        unlocked.put(secret.getKeyID(), unlock(file, secret, passphrase));
      }
    } finally {
      if (passphrase != null) {
        Arrays.fill(passphrase, '\0');
      }
    }
  }

  static boolean isProtected(PGPSecretKey key) {
    return key.getKeyEncryptionAlgorithm() != SymmetricKeyAlgorithmTags.NULL;
  }

  static PGPKeyPair unlock(Path file, PGPSecretKey secret, char @Nullable [] passphrase)
      throws OpenPgpKeyException {
    try {
      PBESecretKeyDecryptor decryptor =
          passphrase == null || !isProtected(secret)
              ? null
              : OpenPgpKeyFile.IMPLEMENTATION
                  .pbeSecretKeyDecryptorBuilderProvider()
                  .provide()
                  .build(passphrase);
      return secret.extractKeyPair(decryptor);
    } catch (PGPException | RuntimeException e) {
      String name = OpenPgpKeyFile.format(secret.getKeyID());
      String reason = isProtected(secret) ? "wrong passphrase for key " : "damaged key ";
      throw new OpenPgpKeyException(file, reason + name, e);
    }
  }
}
