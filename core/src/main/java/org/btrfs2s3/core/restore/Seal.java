package org.btrfs2s3.core.restore;

import java.nio.charset.StandardCharsets;
import org.btrfs2s3.core.backup.Sha256;

/**
 * The part of a {@link HiddenName} that tells under which conditions the content was accepted. A
 * restore that demands signatures must not go on with what one that did not has left.
 */
record Seal(String text) {

  private static final String UNSIGNED = "unsigned";
  private static final int HASH_DIGITS = 16;

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

  boolean needsSignature() {
    return !text.equals(UNSIGNED);
  }
}
