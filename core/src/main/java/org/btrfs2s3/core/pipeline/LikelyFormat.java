package org.btrfs2s3.core.pipeline;

import java.nio.charset.StandardCharsets;

/**
 * What some content seems to be, judged by its first bytes. For messages, and to recognise raw send
 * streams; nothing is promised of the rest.
 */
public enum LikelyFormat {
  BTRFS_STREAM("a btrfs send stream", "btrfs-stream\0"),
  ZSTD("zstd", "(\u00b5/\u00fd"),
  GZIP("gzip", "\u001f\u008b"),
  XZ("xz", "\u00fd7zXZ\0"),
  BZIP2("bzip2", "BZh"),
  LZ4("lz4", "\u0004\"M\u0018"),
  AGE("age", "age-encryption.org/"),
  OPENPGP_ARMOR("armored OpenPGP", "-----BEGIN PGP "),
  OPENPGP("OpenPGP", ""),
  UNKNOWN("an unknown format", "");

  /** How many first bytes are looked at, at most. */
  public static final int PREFIX_BYTES = 32;

  private static final int PUBLIC_KEY_SESSION_TAG = 1;
  private static final int SYMMETRIC_KEY_SESSION_TAG = 3;

  private final String description;

  /** First bytes, a character each; empty where there is no fixed sequence. */
  private final String magic;

  LikelyFormat(String description, String magic) {
    this.description = description;
    this.magic = magic;
  }

  /** The first format that the bytes fit; fewer than {@link #PREFIX_BYTES} are allowed. */
  public static LikelyFormat of(byte[] firstBytes) {
    String text = new String(firstBytes, StandardCharsets.ISO_8859_1);
    for (LikelyFormat format : values()) {
      if (!format.magic.isEmpty() && text.startsWith(format.magic)) {
        return format;
      }
    }
    return !text.isEmpty() && beginsOpenPgpMessage(text.charAt(0)) ? OPENPGP : UNKNOWN;
  }

  /** For messages, such as {@code gzip}. */
  @Override
  public String toString() {
    return description;
  }

  /** RFC 9580, 4.2: bit 7 is set; bit 6 tells where the packet's type lies. */
  private static boolean beginsOpenPgpMessage(char header) {
    if ((header & 0x80) == 0) {
      return false;
    }
    int tag = (header & 0x40) != 0 ? header & 0x3f : (header & 0x3c) >> 2;
    return tag == PUBLIC_KEY_SESSION_TAG || tag == SYMMETRIC_KEY_SESSION_TAG;
  }
}
