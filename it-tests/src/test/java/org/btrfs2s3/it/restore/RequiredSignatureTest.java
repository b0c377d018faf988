package org.btrfs2s3.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.lab.Shared;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.GpgHome;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.tree.Manifest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What {@code update} signs is good to gpg and to whoever demands it; what it signed for somebody
 * else, or not at all, is refused and leaves nothing (invariants 7 and 8).
 */
class RequiredSignatureTest {
  private static final String PASSPHRASE = "a line of its own";

  /** Signed by the key of this machine, by a stranger's, and by nobody. */
  private static final String OURS = "ours";

  private static final String FOREIGN = "foreign";
  private static final String UNSIGNED = "unsigned";

  @RegisterExtension static final Shared<Signed> SHARED = new Shared<>(Signed::create);

  private Signed signed;

  /**
   * A segmented full backup and a differential one in one object, on three remotes.
   *
   * @param keys fingerprints by the names of the owners
   */
  private record Signed(Lab lab, GpgHome gpg, Map<String, String> keys, Path config)
      implements AutoCloseable {

    static Signed create() throws IOException {
      Lab lab = Lab.create();
      GpgHome gpg = GpgHome.create();
      Map<String, String> keys = new HashMap<>();
      for (String name : List.of("owner", "stranger")) {
        keys.put(name, gpg.generateKey(GpgHome.Algorithm.CURVE25519, name));
        gpg.exportSecret(keys.get(name), lab.work().resolve(name + ".sec"));
      }
      keys.put("host", gpg.generateKey(GpgHome.Algorithm.RSA, "host", PASSPHRASE));
      gpg.exportSecret(keys.get("host"), lab.work().resolve("host.sec"), PASSPHRASE);
      keys.forEach((name, key) -> gpg.exportPublic(key, lab.work().resolve(name)));
      Path passphrase =
          Files.createFile(
              lab.work().resolve("passphrase"),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(passphrase, PASSPHRASE + "\nwhat belongs to it: a note\n");
      Signed made = new Signed(lab, gpg, keys, configuration(lab, passphrase));
      byte[] large = new byte[3 << 20];
      new Random(3).nextBytes(large);
      Files.write(lab.source().resolve("large"), large);
      Btrfs2s3.withConfig(made.config).with("update", "--force").run().expect(0);
      lab.write("small", "change");
      Btrfs2s3.withConfig(made.config).with("update", "--force").run().expect(0);
      return made;
    }

    private static Path configuration(Lab lab, Path passphrase) throws IOException {
      String owner = lab.work().resolve("owner").toString();
      Map<String, Object> plain = Map.of("recipients", List.of(owner));
      Map<String, Object> ours = new HashMap<>(plain);
      ours.put("sign_with", lab.work().resolve("host.sec").toString());
      ours.put("sign_with_passphrase_file", passphrase.toString());
      Map<String, Object> foreign = new HashMap<>(plain);
      foreign.put("sign_with", lab.work().resolve("stranger.sec").toString());
      ConfigFile config =
          ConfigFile.inZone(Lab.ZONE)
              .with(
                  "restore",
                  Map.of(
                      "identities",
                      List.of(lab.work().resolve("owner.sec").toString()),
                      "require_signature_by",
                      List.of(lab.work().resolve("host").toString())));
      for (String remote : List.of(OURS, FOREIGN, UNSIGNED)) {
        Remote.InDirectory.create(lab.work().resolve(remote)).addTo(config, remote);
      }
      return config
          .source(
              lab.source(),
              lab.snapshots(),
              upload(OURS, ours),
              upload(FOREIGN, foreign),
              upload(UNSIGNED, plain))
          .write(lab.work());
    }

    private static Upload upload(String remote, Map<String, Object> openpgp) {
      return Upload.to(remote, Lab.POLICY)
          .with("encrypt", Map.of("openpgp", openpgp))
          .with("segment_size", "1MiB");
    }

    /** A certificate, or the directory of a remote. */
    Path file(String name) {
      return lab.work().resolve(name);
    }

    /** As messages show it. */
    String keyId(String owner) {
      String fingerprint = String.valueOf(keys.get(owner));
      return "0x" + fingerprint.substring(fingerprint.length() - 16);
    }

    Result run(Object... arguments) {
      return Btrfs2s3.runHere(config, arguments);
    }

    Result gpg(Object... arguments) {
      return Program.of("gpg", "--batch", "--yes", "--homedir", gpg.path(), "--status-fd", 1)
          .with(arguments)
          .run();
    }

    @Override
    public void close() throws IOException {
      try (lab;
          gpg) {
        // Closes both, whatever fails.
      }
    }
  }

  @BeforeEach
  void backUpOnce() throws IOException {
    signed = SHARED.get();
  }

  @Test
  void checkConfigTellsWhoSigns() {
    String text = signed.run("check-config").expect(0).stdout();

    String backups = "backups of " + signed.lab().source() + " on ";
    assertThat(text)
        .contains(backups + OURS + " are signed by " + signed.keyId("host"))
        .contains(backups + FOREIGN + " are signed by " + signed.keyId("stranger"))
        .doesNotContain(backups + UNSIGNED);
  }

  /** Every segment, the backup in one object, and the commit object. */
  @ParameterizedTest
  @CsvSource({OURS + ",host", FOREIGN + ",stranger"})
  void gpgFindsEverySignatureGood(String remote, String signer) throws IOException {
    var keys = new Remote.InDirectory(signed.file(remote)).keys();
    var contents = keys.stream().filter(key -> key.endsWith(".gpg")).toList();
    assertThat(contents).hasSizeGreaterThan(3).anyMatch(key -> key.contains(".mdvn1."));
    for (String key : contents) {
      Path object = signed.file(remote).resolve(key);
      assertSignedBy(signer, signed.gpg("--output", "/dev/null", "--decrypt", object));
    }
    var signatures = keys.stream().filter(key -> key.endsWith(".commit.sig")).toList();
    assertThat(signatures).hasSize(1);
    for (String key : signatures) {
      Path signature = signed.file(remote).resolve(key);
      Path commit = signed.file(remote).resolve(key.substring(0, key.length() - ".sig".length()));
      assertSignedBy(signer, signed.gpg("--verify", signature, commit));
    }
  }

  private void assertSignedBy(String signer, Result result) {
    assertThat(result.expect(0).stdout())
        .contains("[GNUPG:] GOODSIG " + signed.keyId(signer).substring(2) + " " + signer)
        .contains("[GNUPG:] VALIDSIG " + signed.keys().get(signer));
  }

  @ParameterizedTest
  @CsvSource({OURS + ",host", FOREIGN + ",stranger"})
  void whoDemandsTheSignatureGetsTheBackup(String remote, String signer) throws IOException {
    Path target = signed.lab().newTarget();
    Path certificate = signed.file(signer);

    run(
            List.of("verify", "--remote", remote, "--level", "data"),
            "--require-signature-by",
            certificate)
        .expect(0);
    restore(remote, target, "--require-signature-by", certificate).expect(0);

    Restored.assertIdentical(manifests(), target);
    signed.lab().deleteRestored();
  }

  /** By the configuration, and by the options, which take its place. */
  @ParameterizedTest
  @CsvSource({
    FOREIGN + ",,stranger",
    UNSIGNED + ",,",
    OURS + ",stranger,host",
    UNSIGNED + ",stranger,",
  })
  void everythingElseIsRefused(String remote, @Nullable String demanded, @Nullable String signer)
      throws IOException {
    Path target = signed.lab().newTarget();
    Object[] options =
        demanded == null
            ? new Object[0]
            : new Object[] {"--require-signature-by", signed.file(demanded)};
    List<String> reason =
        List.of(
            signer == null ? "not signed" : "signed by " + signed.keyId(signer),
            signed.keyId(demanded == null ? "host" : demanded));

    Result restored = restore(remote, target, options);
    assertThat(restored.exitCode()).as("%s", restored).isEqualTo(1);
    assertThat(restored.stderr()).contains(reason);
    assertThat(new KernelBtrfs().list(target))
        .allMatch(entry -> entry.name().toString().startsWith("."));

    Result verified = run(List.of("verify", "--remote", remote, "--level", "data"), options);
    assertThat(verified.exitCode()).as("%s", verified).isEqualTo(1);
    assertThat(verified.stdout()).contains(reason);
  }

  private Result restore(String remote, Path target, Object... options) {
    return run(List.of("restore", "--remote", remote, "--to", target, "--all"), options);
  }

  private Result run(List<Object> command, Object... options) {
    return signed.run(Stream.concat(command.stream(), Stream.of(options)).toArray());
  }

  private Map<UUID, Manifest> manifests() throws IOException {
    return signed.lab().snapshotManifests();
  }

  @Test
  void verifyTakesTheWrongCertificateForNoDamage() throws IOException {
    String report =
        signed
            .run(
                "verify",
                "--remote",
                OURS,
                "--level",
                "data",
                "--json",
                "--require-signature-by",
                signed.file("stranger"))
            .expect(1)
            .stdout();

    assertThat(report)
        .contains("\"not_signed\"", signed.keyId("host"), "is the right one")
        .doesNotContain("\"damaged\"", "source_lost", "btrfs2s3 repair");
  }
}
