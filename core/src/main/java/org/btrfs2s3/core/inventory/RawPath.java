package org.btrfs2s3.core.inventory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;

/**
 * A path, or the target of a link, by its raw bytes, which need not be UTF-8.
 *
 * @param latin1 the bytes, one character each, so that equality and order are those of the bytes
 */
public record RawPath(String latin1) {

  public byte[] bytes() {
    return latin1.getBytes(ISO_8859_1);
  }

  /** As text, if it is UTF-8. */
  public Optional<String> text() {
    try {
      return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes())).toString());
    } catch (CharacterCodingException _) {
      return Optional.empty();
    }
  }
}
