package org.btrfs2s3.it.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A throwaway GNUPGHOME. Closing stops its agent and deletes it. */
public final class GpgHome implements AutoCloseable {
  private final TemporaryDirectory directory;
  private final Path home;

  private GpgHome(TemporaryDirectory directory) {
    this.directory = directory;
    this.home = directory.path();
  }

  public static GpgHome create() throws IOException {
    return new GpgHome(TemporaryDirectory.forSockets("gpg"));
  }

  /**
   * Makes a key without passphrase: a primary key for signing and a subkey for encryption.
   *
   * @return its fingerprint
   */
  public String generateKey(Algorithm algorithm, String userId) throws IOException {
    return generateKey("%no-protection\n" + algorithm.parameters, userId);
  }

  /** The same, protected. */
  public String generateKey(Algorithm algorithm, String userId, String passphrase)
      throws IOException {
    return generateKey(algorithm.parameters + "Passphrase: " + passphrase + "\n", userId);
  }

  private String generateKey(String kind, String userId) throws IOException {
    Path parameters = home.resolve("parameters");
    Files.writeString(parameters, kind + "Name-Real: " + userId + "\n%commit\n");
    String status = gpg("--status-fd", "1", "--generate-key", parameters.toString()).output();
    return status
        .lines()
        .filter(line -> line.startsWith("[GNUPG:] KEY_CREATED"))
        .map(line -> List.of(line.split(" ")).get(3))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no key was created: " + status));
  }

  /** Writes an armored public key. */
  public Path exportPublic(String fingerprint, Path file) {
    gpg("--armor", "--output", file.toString(), "--export", fingerprint).output();
    return file;
  }

  /** Writes an armored secret key, readable by its owner only. */
  public Path exportSecret(String fingerprint, Path file) {
    gpg("--armor", "--output", file.toString(), "--export-secret-keys", fingerprint).output();
    return file;
  }

  /** Writes an armored secret key that is protected, and stays so. */
  public Path exportSecret(String fingerprint, Path file, String passphrase) {
    gpg("--pinentry-mode", "loopback", "--passphrase", passphrase)
        .with("--armor", "--output", file, "--export-secret-keys", fingerprint)
        .output();
    return file;
  }

  /** The value of GNUPGHOME, for scripts that run gpg themselves. */
  public Path path() {
    return home;
  }

  private Program gpg(String... arguments) {
    return Program.of("gpg", "--batch", "--quiet", "--homedir", home)
        .with((Object[]) arguments)
        .withEnvironment("LC_ALL", "C.UTF-8");
  }

  @Override
  public void close() throws IOException {
    Program.of("gpgconf", "--homedir", home, "--kill", "all").run();
    directory.close();
  }

  /** Kinds of keys, as parameters of gpg's unattended key generation. */
  public enum Algorithm {
    RSA(
        """
        Key-Type: RSA
        Key-Length: 3072
        Key-Usage: sign
        Subkey-Type: RSA
        Subkey-Length: 3072
        Subkey-Usage: encrypt
        """),
    CURVE25519(
        """
        Key-Type: EDDSA
        Key-Curve: ed25519
        Key-Usage: sign
        Subkey-Type: ECDH
        Subkey-Curve: cv25519
        Subkey-Usage: encrypt
        """);

    private final String parameters;

    Algorithm(String parameters) {
      this.parameters = parameters;
    }
  }
}
