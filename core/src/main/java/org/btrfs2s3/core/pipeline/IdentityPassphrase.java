package org.btrfs2s3.core.pipeline;

import org.jspecify.annotations.Nullable;

/** Where passphrases of secret keys come from. */
@FunctionalInterface
public interface IdentityPassphrase {

  /** For keys that have none: a protected key is an error. */
  IdentityPassphrase NONE = key -> null;

  /**
   * The passphrase of a secret key; null if there is none. The array is overwritten after use.
   *
   * @param key for a prompt, such as {@code 0x0123456789ABCDEF in /root/backup.key}
   */
  char @Nullable [] passphraseOf(String key);

  /**
   * Whether it makes sense to ask again after a wrong answer, as somebody who types may do better.
   *
   * @param wrong how many wrong answers there were in a row, from 1
   */
  default boolean mayDoBetter(int wrong) {
    return false;
  }
}
