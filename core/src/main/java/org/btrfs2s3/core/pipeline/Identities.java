package org.btrfs2s3.core.pipeline;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.OpenPGPKey;
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
        SecretKeys.in(key).filter(secret -> secret.getPublicKey().isEncryptionKey()).toList();
    SecretKeys.unlock(file, key.getKeyIdentifier().getKeyId(), secrets, source, "")
        .forEach(pair -> unlocked.put(pair.getKeyID(), pair));
  }
}
