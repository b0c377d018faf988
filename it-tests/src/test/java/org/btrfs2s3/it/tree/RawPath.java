package org.btrfs2s3.it.tree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * A path by its raw bytes, which need not be UTF-8.
 *
 * @param latin1 the bytes, one char each, so that equality and order are those of the bytes
 */
record RawPath(String latin1) implements Comparable<RawPath> {
  static final RawPath ROOT = new RawPath(".");

  static RawPath of(byte[] bytes) {
    return new RawPath(new String(bytes, ISO_8859_1));
  }

  byte[] bytes() {
    return latin1.getBytes(ISO_8859_1);
  }

  /** The path of an entry of this directory. */
  RawPath child(byte[] name) {
    String child = new String(name, ISO_8859_1);
    return new RawPath(equals(ROOT) ? child : latin1 + "/" + child);
  }

  @Override
  public int compareTo(RawPath other) {
    return latin1.compareTo(other.latin1);
  }

  /** On one line: control characters, and bytes that are not UTF-8, as escapes. */
  @Override
  public String toString() {
    String text = decode();
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (c < ' ' || c == 0x7f) {
                line.append("\\x%02x".formatted(c));
              } else {
                line.appendCodePoint(c);
              }
            });
    return line.toString();
  }

  private String decode() {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes())).toString();
    } catch (CharacterCodingException e) {
      // Not UTF-8: then every byte above ASCII is shown by its number.
      StringBuilder ascii = new StringBuilder();
      latin1
          .chars()
          .forEach(c -> ascii.append(c < 0x80 ? String.valueOf((char) c) : "\\x%02x".formatted(c)));
      return ascii.toString();
    }
  }
}
