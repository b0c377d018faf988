package org.btrfs2s3.core.pipeline;

import java.util.List;

/** How the send streams of one upload entry become objects: compressed, encrypted, filtered. */
public interface Encoding {

  /** What is appended to the key, in order, such as {@code [".zst", ".gpg"]}. */
  List<String> keySuffixes();

  /** For metadata and messages: {@code none}, {@code zstd}, {@code zstd,openpgp}, {@code pipe}. */
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

  /** Whether a stream may be cut into pieces that are encoded, and decoded, one by one. */
  default boolean isSegmentable() {
    return true;
  }
}
