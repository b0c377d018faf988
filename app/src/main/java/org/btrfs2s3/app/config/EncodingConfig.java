package org.btrfs2s3.app.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happens to a send stream before it is stored. */
public sealed interface EncodingConfig {

  /**
   * Compressed, then encrypted, by this program.
   *
   * @param compression none or zstd
   * @param recipients files with OpenPGP public keys, absolute; empty: not encrypted
   * @param signing null: not signed; only what is encrypted can be
   */
  record Standard(
      Compression compression, List<Located<Path>> recipients, @Nullable Signing signing)
      implements EncodingConfig {

    public Standard {
      recipients = List.copyOf(recipients);
    }

    public Standard(Compression compression, List<Located<Path>> recipients) {
      this(compression, recipients, null);
    }
  }

  /**
   * Who signs.
   *
   * @param key file with an OpenPGP secret key
   * @param passphrase file with its passphrase; null if it has none
   */
  record Signing(Located<Path> key, @Nullable Located<Path> passphrase) {}

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
