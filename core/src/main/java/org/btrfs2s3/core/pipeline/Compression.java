package org.btrfs2s3.core.pipeline;

/** Whether and how streams are compressed. */
public sealed interface Compression {

  /** Not at all. */
  record None() implements Compression {}

  /**
   * With zstd.
   *
   * @param level 1 (fast) to 22 (small)
   * @param workers threads of libzstd, 1 to 64, beside the stage's own
   */
  record Zstd(int level, int workers) implements Compression {

    public static final int DEFAULT_LEVEL = 3;

    /** One more did not pay on the measured machines; the encryption needs a core, too. */
    public static final int DEFAULT_WORKERS = 2;

    public Zstd {
      if (level < 1 || level > 22) {
        throw new IllegalArgumentException("zstd level must be 1 to 22: " + level);
      }
      if (workers < 1 || workers > 64) {
        throw new IllegalArgumentException("zstd workers must be 1 to 64: " + workers);
      }
    }

    public Zstd(int level) {
      this(level, DEFAULT_WORKERS);
    }
  }
}
