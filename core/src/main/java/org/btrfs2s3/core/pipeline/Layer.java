package org.btrfs2s3.core.pipeline;

/** An encoding around a send stream that a suffix of a key tells of. */
public enum Layer {
  ZSTD(StandardEncoding.ZSTD_SUFFIX),
  OPENPGP(StandardEncoding.OPENPGP_SUFFIX);

  private final String suffix;

  Layer(String suffix) {
    this.suffix = suffix;
  }

  /** Of keys, such as {@code .zst}. */
  public String suffix() {
    return suffix;
  }
}
