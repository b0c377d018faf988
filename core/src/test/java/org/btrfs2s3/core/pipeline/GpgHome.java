package org.btrfs2s3.core.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A throwaway home of gpg with its own agent. Its path is short, for the agent's socket. */
final class GpgHome {

  enum Algorithm {
    RSA_2048("rsa2048", "rsa2048"),
    RSA("rsa3072", "rsa3072"),
    RSA_4096("rsa4096", "rsa4096"),
    ECC("ed25519", "cv25519");

    private final String signing;
    private final String encrypting;

    Algorithm(String signing, String encrypting) {
      this.signing = signing;
      this.encrypting = encrypting;
    }
  }

  private final Path directory;

  GpgHome() throws IOException {
    directory = Files.createTempDirectory(Path.of("/tmp"), "gpg");
  }

  byte[] gpg(byte[] input, String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.addAll(List.of("gpg", "--homedir", directory.toString(), "--batch", "--no-tty"));
    command.addAll(List.of("--trust-model", "always", "--pinentry-mode", "loopback"));
    command.addAll(List.of(arguments));
    return Tool.run(input, command.toArray(String[]::new));
  }

  /**
   * Makes a key that signs, with a subkey that encrypts.
   *
   * @param expiry as gpg calls it: {@code never}, {@code 1d}
   */
  void generate(String name, Algorithm algorithm, String passphrase, String expiry)
      throws IOException, InterruptedException {
    withPassphrase(passphrase, "--quick-gen-key", name, algorithm.signing, "sign", expiry);
    String fingerprint = fingerprint(name);
    withPassphrase(
        passphrase, "--quick-add-key", fingerprint, algorithm.encrypting, "encr", expiry);
  }

  /** Adds a subkey that encrypts, as if made at a time. */
  void addEncryptionSubkey(String name, Instant time) throws IOException, InterruptedException {
    String frozen = "--faked-system-time=" + time.getEpochSecond() + "!";
    withPassphrase("", frozen, "--quick-add-key", fingerprint(name), "cv25519", "encr", "never");
  }

  private byte[] withPassphrase(String passphrase, String... arguments)
      throws IOException, InterruptedException {
    var all = new ArrayList<String>(List.of("--passphrase-fd", "0"));
    all.addAll(List.of(arguments));
    return gpg((passphrase + "\n").getBytes(UTF_8), all.toArray(String[]::new));
  }

  /** Makes a key that signs, and expires a day after a time. */
  void generateExpiring(String name, Instant time) throws IOException, InterruptedException {
    String frozen = "--faked-system-time=" + time.getEpochSecond() + "!";
    withPassphrase("", frozen, "--quick-gen-key", name, "ed25519", "sign", "1d");
  }

  void addSigningSubkey(String name, String passphrase) throws IOException, InterruptedException {
    withPassphrase(passphrase, "--quick-add-key", fingerprint(name), "ed25519", "sign", "never");
  }

  void neverExpire(String name) throws IOException, InterruptedException {
    withPassphrase("", "--quick-set-expire", fingerprint(name), "0");
  }

  /** What gpg says of what it found on its way. */
  String status(byte[] input, String... arguments) throws IOException, InterruptedException {
    Path file = Files.createTempFile(directory, "status", ".txt");
    var all = new ArrayList<String>(List.of("--status-file", file.toString()));
    all.addAll(List.of(arguments));
    gpg(input, all.toArray(String[]::new));
    return Files.readString(file);
  }

  void revoke(String name) throws IOException, InterruptedException {
    try (Stream<Path> files = Files.list(directory.resolve("openpgp-revocs.d"))) {
      String id = fingerprint(name);
      Path file = files.filter(f -> f.endsWith(id + ".rev")).findFirst().orElseThrow();
      // gpg puts a colon before the armor, against accidents.
      gpg(Files.readString(file).replace(":-----", "-----").getBytes(UTF_8), "--import");
    }
  }

  void revokeSubkey(String name) throws IOException, InterruptedException {
    byte[] commands = "key 1\nrevkey\ny\n0\n\ny\nsave\n".getBytes(UTF_8);
    gpg(commands, "--command-fd", "0", "--edit-key", name);
  }

  private String fingerprint(String name) throws IOException, InterruptedException {
    String listing = new String(gpg(new byte[0], "--with-colons", "--list-keys", name), UTF_8);
    return listing
        .lines()
        .filter(line -> line.startsWith("fpr:"))
        .map(line -> line.split(":", -1)[9])
        .findFirst()
        .orElseThrow();
  }

  Path exportPublic(String name, boolean armored) throws IOException, InterruptedException {
    Path file = Files.createTempFile(directory, "export", ".key");
    String form = armored ? "--armor" : "--no-armor";
    return Files.write(file, gpg(new byte[0], form, "--export", name));
  }

  Path exportSecret(String name, String passphrase) throws IOException, InterruptedException {
    Path file = Files.createTempFile(directory, "export", ".key");
    return Files.write(file, withPassphrase(passphrase, "--armor", "--export-secret-keys", name));
  }

  Path exportSecretSubkeys(String name, String passphrase)
      throws IOException, InterruptedException {
    Path file = Files.createTempFile(directory, "export", ".key");
    return Files.write(file, withPassphrase(passphrase, "--export-secret-subkeys", name));
  }

  /** Stops the agent and removes everything. */
  void stop() throws IOException, InterruptedException {
    Tool.run(new byte[0], "gpgconf", "--homedir", directory.toString(), "--kill", "all");
    // Not by a walk, which fails if the agent, as it ends, removes a socket that was just listed.
    Tool.run(new byte[0], "rm", "-rf", directory.toString());
  }
}
