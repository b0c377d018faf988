package org.btrfs2s3.core.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.operator.PBESecretKeyDecryptor;
import org.jspecify.annotations.Nullable;

/** Unlocks the secret keys of a file. */
final class SecretKeys {

  private SecretKeys() {}

  /** Those of which there is more than the name. */
  static Stream<PGPSecretKey> in(OpenPGPKey key) {
    return key.getSecretKeys().values().stream()
        .map(OpenPGPKey.OpenPGPSecretKey::getPGPSecretKey)
        // gpg leaves the secret part out of exported subkeys' primary key.
        .filter(secret -> !secret.isPrivateKeyEmpty());
  }

  /**
   * Unlocks keys that have one passphrase.
   *
   * @param keyId that people know them by
   * @param source asked if one of them is protected, once, or while it may do better; its answers
   *     are overwritten
   * @param hint ends the message that there is no passphrase; may be empty
   * @throws OpenPgpKeyException if the passphrase is missing or wrong, or a key is damaged
   */
  static List<PGPKeyPair> unlock(
      Path file, long keyId, List<PGPSecretKey> locked, IdentityPassphrase source, String hint)
      throws OpenPgpKeyException {
    for (int wrong = 1; ; wrong++) {
      try {
        return unlockOnce(file, keyId, locked, source, hint);
      } catch (OpenPgpKeyException e) {
        if (!e.isOfPassphrase() || !source.mayDoBetter(wrong)) {
          throw e;
        }
      }
    }
  }

  private static List<PGPKeyPair> unlockOnce(
      Path file, long keyId, List<PGPSecretKey> locked, IdentityPassphrase source, String hint)
      throws OpenPgpKeyException {
    char @Nullable [] passphrase = null;
    if (locked.stream().anyMatch(SecretKeys::isProtected)) {
      String name = OpenPgpKeyFile.format(keyId);
      passphrase = source.passphraseOf(name + " in " + file);
      if (passphrase == null) {
        throw new OpenPgpKeyException(file, "key " + name + " needs a passphrase" + hint, null);
      }
    }
    try {
      List<PGPKeyPair> unlocked = new ArrayList<>();
      for (PGPSecretKey secret : locked) {
        unlocked.add(unlock(file, secret, passphrase));
      }
      return unlocked;
    } finally {
      if (passphrase != null) {
        Arrays.fill(passphrase, '\0');
      }
    }
  }

  private static boolean isProtected(PGPSecretKey key) {
    return key.getKeyEncryptionAlgorithm() != SymmetricKeyAlgorithmTags.NULL;
  }

  private static PGPKeyPair unlock(Path file, PGPSecretKey secret, char @Nullable [] passphrase)
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
      throw isProtected(secret)
          ? OpenPgpKeyException.wrongPassphrase(file, name, e)
          : new OpenPgpKeyException(file, "damaged key " + name, e);
    } catch (OutOfMemoryError e) {
      // By intent: Argon2 takes as much as whoever made the key has chosen, up to 2 GiB as a rule.
      throw new OpenPgpKeyException(
          file,
          "the passphrase of key %s takes more memory to be checked than the heap has: set BTRFS2S3_HEAP, such as BTRFS2S3_HEAP=3g"
              .formatted(OpenPgpKeyFile.format(secret.getKeyID())),
          null);
    }
  }
}
