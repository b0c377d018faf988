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

/**
 * A passphrase from the first line of a file in UTF-8, for runs that nobody attends. A systemd
 * credential is such a file.
 */
public final class PassphraseFile {

  private static final int LIMIT_BYTES = 4096;

  private PassphraseFile() {}

  /**
   * Reads the file now and answers every question with what it holds.
   *
   * @throws OpenPgpKeyException if it cannot be read or has no text in its first line
   */
  public static IdentityPassphrase read(Path file) throws OpenPgpKeyException {
    byte[] bytes = readBytes(file);
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      int length = 0;
      while (length < text.length() && text.charAt(length) != '\n' && text.charAt(length) != '\r') {
        length++;
      }
      if (length == 0) {
        throw new OpenPgpKeyException(file, "holds no passphrase in its first line", null);
      }
      char[] passphrase = Arrays.copyOf(text.array(), length);
      Arrays.fill(text.array(), '\0');
      return _ -> passphrase.clone();
    } catch (CharacterCodingException e) {
      throw new OpenPgpKeyException(file, "a passphrase that is not UTF-8", null);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static byte[] readBytes(Path file) throws OpenPgpKeyException {
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LIMIT_BYTES + 1);
      if (bytes.length > LIMIT_BYTES) {
        throw new OpenPgpKeyException(file, "too large for a passphrase", null);
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new OpenPgpKeyException(file, "no such file", e);
    } catch (AccessDeniedException e) {
      throw new OpenPgpKeyException(file, "permission denied", e);
    } catch (OpenPgpKeyException e) {
      throw e;
    } catch (IOException e) {
      throw new OpenPgpKeyException(file, "cannot be read: " + e.getMessage(), e);
    }
  }
}
