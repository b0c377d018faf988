package org.btrfs2s3.it.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.GpgHome;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.s3.S3Engine;
import org.btrfs2s3.it.tree.Manifest;

/** A full backup and two that were sent against it, on remotes with one encoding each. */
final class BackedUpThrice implements AutoCloseable {

  private final Lab lab;
  private final GpgHome gpg;
  private final Path config;
  private final Path publicKey;
  private final Path secretKey;
  private final Damage.Place raw;
  private final Damage.Place zstd;
  private final Damage.Place encrypted;
  private final Damage.Place segmented;
  private final List<UUID> uuids;
  private final Map<UUID, Manifest> manifests;

  private BackedUpThrice(Lab lab, GpgHome gpg) throws IOException {
    this.lab = lab;
    this.gpg = gpg;
    String key = gpg.generateKey(GpgHome.Algorithm.CURVE25519, "corruption");
    publicKey = gpg.exportPublic(key, lab.work().resolve("public.asc"));
    secretKey = gpg.exportSecret(key, lab.work().resolve("secret.asc"));
    raw = directory("raw");
    zstd = directory("zstd");
    segmented = directory("segmented");
    encrypted =
        new Damage.Place("encrypted", new Remote.InBucket(S3Engine.S3PROXY.orSkip().newBucket()));
    ConfigFile file = ConfigFile.inZone(Lab.ZONE);
    for (Damage.Place place : places()) {
      place.remote().addTo(file, place.id());
    }
    Map<String, Object> signing =
        Map.of("recipients", List.of(publicKey.toString()), "sign_with", secretKey.toString());
    file.source(
        lab.source(),
        lab.snapshots(),
        Upload.to(raw.id(), Lab.POLICY).uncompressed(),
        Upload.to(zstd.id(), Lab.POLICY),
        Upload.to(encrypted.id(), Lab.POLICY).with("encrypt", Map.of("openpgp", signing)),
        Upload.to(segmented.id(), Lab.POLICY).encryptedTo(publicKey).with("segment_size", "1MiB"));
    config = file.write(lab.work());
    for (int i = 0; i < 3; i++) {
      lab.awaitNewSecond();
      Program.bash("head -c 1200000 /dev/urandom > \"$1\"", lab.source().resolve("noise" + i))
          .output();
      run("update", "--force").expect(0);
    }
    uuids =
        lab.listSnapshots().stream()
            .sorted(Comparator.comparing(entry -> entry.info().ctransid()))
            .map(entry -> entry.info().uuid())
            .toList();
    manifests = lab.snapshotManifests();
  }

  /** Skips the calling test where there can be no btrfs. */
  static BackedUpThrice create() throws IOException {
    return new BackedUpThrice(Lab.create(), GpgHome.create());
  }

  private Damage.Place directory(String id) throws IOException {
    return new Damage.Place(id, Remote.InDirectory.create(lab.work().resolve(id)));
  }

  Lab lab() {
    return lab;
  }

  Path publicKey() {
    return publicKey;
  }

  Path secretKey() {
    return secretKey;
  }

  /** Neither compressed nor encrypted. */
  Damage.Place raw() {
    return raw;
  }

  /** Compressed only. */
  Damage.Place zstd() {
    return zstd;
  }

  /** Compressed, signed and encrypted, in a bucket. */
  Damage.Place encrypted() {
    return encrypted;
  }

  /** Compressed and encrypted, in segments. */
  Damage.Place segmented() {
    return segmented;
  }

  List<Damage.Place> places() {
    return List.of(raw, zstd, encrypted, segmented);
  }

  /** The snapshot that all were sent against. */
  UUID full() {
    return uuids.getFirst();
  }

  UUID middle() {
    return uuids.get(1);
  }

  UUID leaf() {
    return uuids.getLast();
  }

  /** What the snapshots hold. */
  Map<UUID, Manifest> manifests() {
    return manifests;
  }

  Result run(Object... arguments) {
    return Btrfs2s3.runHere(config, arguments);
  }

  /** As who knows the public key makes an object of any stream. */
  byte[] encryptedByGpg(byte[] stream) throws IOException {
    Path file = lab.work().resolve("stranger");
    Files.write(file, stream);
    Path out = lab.work().resolve("stranger.gpg");
    Program.bash(
            "zstd -q < \"$1\" | gpg --batch --quiet --yes --homedir \"$2\" --trust-model always"
                + " -z0 -e -f \"$3\" -o \"$4\"",
            file,
            gpg.path(),
            publicKey,
            out)
        .output();
    return Files.readAllBytes(out);
  }

  @Override
  public void close() throws IOException {
    try (lab;
        gpg) {
      encrypted.remote().close();
    }
  }
}
