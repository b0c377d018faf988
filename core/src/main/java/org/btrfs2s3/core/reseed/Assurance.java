package org.btrfs2s3.core.reseed;

/** What is known of the content of a backup that was copied. */
public enum Assurance {
  // From the strongest to the weakest.

  /** Decoded on the way: every command, the end and the identity of the stream were checked. */
  STREAM,
  /** Equal, by its SHA-256, to what the commit object tells; not decoded. */
  HASH,
  /** As long as it was, and not decoded. */
  LENGTH;

  /** What is known of a whole of which the parts are known so well. */
  Assurance and(Assurance other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
