package org.btrfs2s3.core.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the send streams of one upload entry become objects: compressed, encrypted, filtered. */
public interface Encoding {

  /** What is appended to the key, in order, such as {@code [".zst", ".gpg"]}. */
  List<String> keySuffixes();

  /**
   * For metadata and messages: {@code none}, {@code zstd}, {@code zstd,openpgp}, {@code pipe}; with
   * signatures {@code zstd,openpgp,signed-0x0123456789ABCDEF}, so that an attempt is not continued
   * with another signer.
   */
  String description();

  /**
   * The stages for one stream, in order of encoding. Where encodings begin with equal stages, a
   * {@link Fanout} runs those once for all.
   */
  List<Stage> stages();

  /** The ids of the keys that it encrypts to, if that is known. */
  default List<String> recipientIds() {
    return List.of();
  }

  /** The key that signs what is stored; null if nothing is signed. */
  default @Nullable SigningKey signer() {
    return null;
  }

  /** Whether a stream may be cut into pieces that are encoded, and decoded, one by one. */
  default boolean isSegmentable() {
    return true;
  }
}
