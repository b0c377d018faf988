package org.btrfs2s3.core.restore;

import java.nio.charset.StandardCharsets;
import org.btrfs2s3.core.backup.Sha256;
import org.btrfs2s3.core.btrfs.Btrfs;

/**
 * Tells under which conditions the content of something was accepted: a restore that demands
 * signatures must not go on with what one that did not has left, nor take for done what that has
 * restored. It is part of a {@link HiddenName}, and as a number part of the identity of what is
 * published.
 */
record Seal(String text) {

  private static final String UNSIGNED = "unsigned";
  private static final int HASH_DIGITS = 16;

  /** For what is not published yet, or was accepted whoever had signed it. */
  static final int NO_MARK = 0;

  /**
   * @param signers as in {@link Precautions}
   */
  static Seal of(String signers) {
    if (signers.isEmpty()) {
      return new Seal(UNSIGNED);
    }
    var hash = new Sha256();
    var bytes = signers.getBytes(StandardCharsets.UTF_8);
    hash.update(bytes, 0, bytes.length);
    return new Seal(hash.soFar().substring(0, HASH_DIGITS));
  }

  /** The same as a number, {@link #NO_MARK} where nobody has to have signed. */
  int mark() {
    return needsSignature()
        ? (int) (1 + Long.remainderUnsigned(Long.parseUnsignedLong(text, 16), Btrfs.LARGEST_MARK))
        : NO_MARK;
  }

  boolean needsSignature() {
    return !text.equals(UNSIGNED);
  }
}
