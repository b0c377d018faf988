package org.btrfs2s3.app.config;

import java.nio.file.Path;
import java.util.List;

/** What happens to a send stream before it is stored. */
public sealed interface EncodingConfig {

  /**
   * Compressed, then encrypted, by this program.
   *
   * @param compression none or zstd
   * @param recipients files with OpenPGP public keys, absolute; empty: not encrypted
   */
  record Standard(Compression compression, List<Located<Path>> recipients)
      implements EncodingConfig {

    public Standard {
      recipients = List.copyOf(recipients);
    }
  }

  /**
   * Through external commands, and nothing else.
   *
   * @param pipeThrough argument lists, in order; at least one
   */
  record Filters(List<List<String>> pipeThrough) implements EncodingConfig {

    public Filters {
      if (pipeThrough.isEmpty()) {
        throw new IllegalArgumentException("no filters");
      }
      pipeThrough = pipeThrough.stream().map(List::copyOf).toList();
    }
  }

  /** How streams are compressed. */
  sealed interface Compression {

    /** Not at all. */
    record None() implements Compression {}

    /** With zstd. */
    record Zstd(int level) implements Compression {

      static final int MIN_LEVEL = 1;
      static final int DEFAULT_LEVEL = 3;

      /**
       * The highest level of zstd; its window of 2^27 bytes is what plain {@code zstd -d} reads.
       */
      static final int MAX_LEVEL = 22;

      public Zstd {
        if (level < MIN_LEVEL || level > MAX_LEVEL) {
          throw new IllegalArgumentException("zstd level " + level);
        }
      }
    }
  }
}
