package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A file whose first line, in UTF-8, is a passphrase, as gpg takes it: without the end of the line,
 * with every blank. What else is in it means nothing. A systemd credential is such a file, and a
 * pipe may be one.
 */
public final class PassphraseFile {

  /**
   * Nobody's passphrase file is larger; a device that was named by mistake is not read on and on.
   */
  private static final int LIMIT_BYTES = 1 << 16;

  private PassphraseFile() {}

  /**
   * Reads the passphrase, once.
   *
   * @return to be overwritten after use
   * @throws IOException if the file cannot be read, is too large, or its first line holds no text.
   *     The message names the file, and nothing that is in it
   */
  public static char[] read(Path file) throws IOException {
    byte[] bytes = readAll(file);
    try {
      int length = firstLine(bytes);
      if (bytes.length > LIMIT_BYTES) {
        throw unusable(file, "it is too large", null);
      }
      if (length == 0) {
        throw unusable(file, "its first line is empty", null);
      }
      return decode(bytes, length);
    } catch (CharacterCodingException e) {
      throw unusable(file, "it is not UTF-8", e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static byte[] readAll(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(LIMIT_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw unusable(file, "there is no such file", e);
    } catch (AccessDeniedException e) {
      throw unusable(file, "permission denied", e);
    } catch (IOException e) {
      throw unusable(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static IOException unusable(Path file, String why, @Nullable Exception cause) {
    return new IOException("cannot read a passphrase from " + file + ": " + why, cause);
  }

  /** Its length in bytes. */
  private static int firstLine(byte[] bytes) {
    int length = 0;
    while (length < bytes.length && bytes[length] != '\n' && bytes[length] != '\r') {
      length++;
    }
    return length;
  }

  private static char[] decode(byte[] bytes, int length) throws CharacterCodingException {
    CharBuffer decoded =
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
    try {
      return Arrays.copyOf(decoded.array(), decoded.length());
    } finally {
      Arrays.fill(decoded.array(), '\0');
    }
  }
}
