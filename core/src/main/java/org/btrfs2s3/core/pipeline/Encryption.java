package org.btrfs2s3.core.pipeline;

import org.jspecify.annotations.Nullable;

/** Whether and how streams are encrypted. */
public sealed interface Encryption {

  /** Not at all. */
  record None() implements Encryption {}

  /**
   * As one OpenPGP message that any of the recipients can decrypt.
   *
   * @param signer signs the content inside the message; null: nobody does
   */
  record OpenPgp(Recipients recipients, @Nullable SigningKey signer) implements Encryption {

    public OpenPgp(Recipients recipients) {
      this(recipients, null);
    }
  }
}
