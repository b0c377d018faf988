package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Map;
import org.btrfs2s3.core.pipeline.IdentityPassphrase;
import org.btrfs2s3.core.pipeline.OpenPgpKeyException;
import org.jspecify.annotations.Nullable;

/**
 * Where the passphrase of the identities comes from: the first that is there of a file that the
 * command line names, the environment, a credential of systemd, a file that the configuration
 * names; else somebody at the terminal, who is asked for each key. All but the last are one
 * passphrase for all keys. Closing overwrites it.
 */
final class Passphrases implements IdentityPassphrase, AutoCloseable {

  static final String VARIABLE = "BTRFS2S3_PASSPHRASE";

  /** Names the directory into which systemd puts the credentials of a unit. */
  private static final String CREDENTIALS = "CREDENTIALS_DIRECTORY";

  private static final String CREDENTIAL = "btrfs2s3-passphrase";

  /** No passphrase is longer; a device that was named by mistake is not read on and on. */
  private static final int LIMIT_BYTES = 1 << 16;

  private final char @Nullable [] known;

  /** Of what is known. */
  private final String origin;

  private boolean asked;

  private Passphrases(char @Nullable [] known, String origin) {
    this.known = known;
    this.origin = origin;
  }

  /**
   * Reads what is there to be read. A file is read once, so that it may be a pipe.
   *
   * @param option the file that the command line names
   * @param configured the file that the configuration names
   * @param err where warnings go
   */
  static Passphrases of(
      @Nullable Path option,
      Map<String, String> environment,
      @Nullable Path configured,
      PrintWriter err)
      throws IOException {
    if (option != null) {
      return ofFile(option, "--passphrase-file " + option, err);
    }
    var variable = environment.get(VARIABLE);
    if (variable != null && !variable.isEmpty()) {
      return new Passphrases(variable.toCharArray(), VARIABLE);
    }
    var credentials = environment.get(CREDENTIALS);
    if (credentials != null && Files.exists(Path.of(credentials, CREDENTIAL))) {
      return ofFile(Path.of(credentials, CREDENTIAL), "the credential " + CREDENTIAL, err);
    }
    return configured == null
        ? new Passphrases(null, "")
        : ofFile(configured, "passphrase_file " + configured, err);
  }

  private static Passphrases ofFile(Path file, String origin, PrintWriter err) throws IOException {
    if (Files.isRegularFile(file)
        && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
      err.println(
          "warning: " + file + " holds a passphrase and can be read by every user: chmod o-r");
    }
    return new Passphrases(read(file), origin);
  }

  private static char[] read(Path file) throws IOException {
    byte[] bytes = {};
    try (var in = Files.newInputStream(file)) {
      bytes = in.readNBytes(LIMIT_BYTES + 1);
      int length = withoutLineEnd(bytes);
      if (length == 0 || length > LIMIT_BYTES) {
        throw unusable(file, length == 0 ? "it is empty" : "it is too large", null);
      }
      return decode(bytes, length);
    } catch (NoSuchFileException e) {
      throw unusable(file, "there is no such file", e);
    } catch (AccessDeniedException e) {
      throw unusable(file, "permission denied", e);
    } catch (CharacterCodingException e) {
      throw unusable(file, "it is not UTF-8", e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static IOException unusable(Path file, String why, @Nullable Exception cause) {
    return new IOException("cannot read a passphrase from " + file + ": " + why, cause);
  }

  private static int withoutLineEnd(byte[] bytes) {
    int length = bytes.length;
    if (length > 0 && bytes[length - 1] == '\n') {
      length--;
      if (length > 0 && bytes[length - 1] == '\r') {
        length--;
      }
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

  @Override
  public char @Nullable [] passphraseOf(String key) {
    asked = true;
    return known == null ? Terminal.readPassphrase(key) : known.clone();
  }

  /** Why keys could not be unlocked, with what to do about it where a passphrase was the reason. */
  IOException explained(OpenPgpKeyException failure) {
    if (!asked) {
      return failure;
    }
    var hint =
        known == null
            ? "a passphrase comes from --passphrase-file, "
                + VARIABLE
                + ", a credential of systemd, restore.passphrase_file or a terminal"
            : "the passphrase came from " + origin;
    return new IOException(failure.getMessage() + " (" + hint + ")", failure);
  }

  @Override
  public void close() {
    if (known != null) {
      Arrays.fill(known, '\0');
    }
  }
}
