package org.btrfs2s3.core.pipeline;

/** Whether and how streams are encrypted. */
public sealed interface Encryption {

  /** Not at all. */
  record None() implements Encryption {}

  /** As one OpenPGP message that any of the recipients can decrypt. */
  record OpenPgp(Recipients recipients) implements Encryption {}
}
