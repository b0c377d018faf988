package org.btrfs2s3.core.btrfs;

import java.nio.charset.StandardCharsets;

/**
 * The name of a directory entry: bytes, which need not be UTF-8.
 *
 * @param latin1 the bytes as ISO 8859-1, so that equality is equality of bytes
 */
public record EntryName(String latin1) {

  private static final char LAST_LATIN1 = 0xff;

  public EntryName {
    if (latin1.isEmpty() || latin1.indexOf('/') >= 0 || latin1.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("not a name of a directory entry: '" + latin1 + "'");
    }
    if (latin1.chars().anyMatch(character -> character > LAST_LATIN1)) {
      throw new IllegalArgumentException("not bytes: '" + latin1 + "'");
    }
  }

  public static EntryName of(String text) {
    return ofBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  public static EntryName ofBytes(byte[] bytes) {
    return new EntryName(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  public byte[] bytes() {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The name as text; bytes that are not UTF-8 become replacement characters. */
  @Override
  public String toString() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }
}
