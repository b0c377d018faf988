package org.btrfs2s3.core.verify;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Shows names and paths of any bytes as text in which every byte can be told. */
final class PathText {

  private static final int FIRST_BEYOND_ASCII = 0x80;

  private PathText() {}

  /**
   * @param latin1 the bytes as ISO 8859-1
   */
  static String of(String latin1) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(latin1.getBytes(StandardCharsets.ISO_8859_1)))
          .toString();
    } catch (CharacterCodingException _) {
      var text = new StringBuilder();
      latin1.chars().forEach(value -> append(value, text));
      return text.toString();
    }
  }

  private static void append(int value, StringBuilder text) {
    if (value < FIRST_BEYOND_ASCII) {
      text.append((char) value);
    } else {
      text.append("\\x%02x".formatted(value));
    }
  }
}
