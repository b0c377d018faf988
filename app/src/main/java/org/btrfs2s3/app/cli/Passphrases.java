package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Map;
import org.btrfs2s3.core.pipeline.IdentityPassphrase;
import org.btrfs2s3.core.pipeline.OpenPgpKeyException;
import org.btrfs2s3.core.pipeline.PassphraseFile;
import org.jspecify.annotations.Nullable;

/**
 * Where the passphrase of the identities comes from: the first that is there of a file that the
 * command line names, the environment, a credential of systemd, a file that the configuration
 * names; else somebody at the terminal, who is asked for each key, and again after a typing error.
 * All but the last are one passphrase for all keys. Closing overwrites it.
 */
final class Passphrases implements IdentityPassphrase, AutoCloseable {

  static final String VARIABLE = "BTRFS2S3_PASSPHRASE";

  /** Names the directory into which systemd puts the credentials of a unit. */
  private static final String CREDENTIALS = "CREDENTIALS_DIRECTORY";

  private static final String CREDENTIAL = "btrfs2s3-passphrase";

  /** How often somebody at the terminal may try, as with other programs. */
  private static final int TRIES = 3;

  private final char @Nullable [] known;

  /** Of what is known. */
  private final String origin;

  private boolean asked;
  private boolean wasWrong;

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
    return new Passphrases(PassphraseFile.read(file), origin);
  }

  @Override
  public char @Nullable [] passphraseOf(String key) {
    asked = true;
    boolean again = wasWrong;
    wasWrong = false;
    return known == null ? Terminal.readPassphrase(key, again) : known.clone();
  }

  /** What is known does not become better. */
  @Override
  public boolean mayDoBetter(int wrong) {
    wasWrong = known == null && wrong < TRIES;
    return wasWrong;
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
