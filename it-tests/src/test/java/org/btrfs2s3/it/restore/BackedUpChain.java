package org.btrfs2s3.it.restore;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.SubvolumeInfo;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.GpgHome;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.s3.S3Engine;
import org.btrfs2s3.it.tree.Manifest;
import org.btrfs2s3.it.tree.TrickyTree;

/**
 * A tricky tree, backed up again and again, each backup sent against the one before it: to every S3
 * server of this machine, compressed and encrypted, and to two directories.
 */
final class BackedUpChain implements AutoCloseable {
  static final int DEPTH = 4;

  /** The directory with objects that are neither compressed nor encrypted. */
  static final String RAW = "raw";

  /** The directory with objects that an external command compressed. */
  static final String GZIP = "gzip";

  private static final long SEED = 2;
  private static final int SECONDS_PER_HOUR = 3600;

  private final Lab lab;
  private final GpgHome gpg;
  private final Path publicKey;
  private final Path secretKey;
  private final Map<String, Remote> remotes = new LinkedHashMap<>();
  private final List<UUID> uuids = new ArrayList<>();
  private final List<Instant> ctimes = new ArrayList<>();
  private final Map<UUID, Manifest> manifests;
  private Program program;

  private BackedUpChain(Lab lab, GpgHome gpg) throws IOException {
    this.lab = lab;
    this.gpg = gpg;
    String key = gpg.generateKey(GpgHome.Algorithm.CURVE25519, "chain");
    publicKey = gpg.exportPublic(key, lab.work().resolve("public.asc"));
    secretKey = gpg.exportSecret(key, lab.work().resolve("secret.asc"));
    for (S3Engine engine : S3Engine.values()) {
      if (engine.unavailable().isEmpty()) {
        remotes.put(engine.name(), new Remote.InBucket(engine.orSkip().newBucket()));
      }
    }
    remotes.put(RAW, Remote.InDirectory.create(lab.work().resolve(RAW)));
    remotes.put(GZIP, Remote.InDirectory.create(lab.work().resolve(GZIP)));
    program = lab.program(config(ZoneOffset.UTC));
    backUp();
    manifests = lab.snapshotManifests();
  }

  /** Skips the calling test where there can be no btrfs. */
  static BackedUpChain create() throws IOException {
    return new BackedUpChain(Lab.create(), GpgHome.create());
  }

  private void backUp() throws IOException {
    TrickyTree tree = new TrickyTree(SEED);
    tree.create(lab.source());
    update();
    for (int step = 1; step < DEPTH; step++) {
      lab.awaitNewSecond();
      tree.mutate(lab.source(), step);
      // The newest snapshot becomes the first of its hour, and so the next one's send parent.
      program = lab.program(config(offsetWithHourBeginningAt(ctimes.getLast())));
      update();
    }
  }

  private void update() throws IOException {
    program.with("update", "--force").run().expect(0);
    SubvolumeInfo newest =
        lab.listSnapshots().stream()
            .map(entry -> entry.info())
            .filter(info -> !uuids.contains(info.uuid()))
            .reduce((one, other) -> unexpected(one, other))
            .orElseThrow();
    uuids.add(newest.uuid());
    ctimes.add(newest.ctime());
  }

  private static SubvolumeInfo unexpected(SubvolumeInfo one, SubvolumeInfo other) {
    throw new AssertionError("two new snapshots: " + one + ", " + other);
  }

  private static ZoneOffset offsetWithHourBeginningAt(Instant time) {
    return ZoneOffset.ofTotalSeconds(-Math.floorMod(time.getEpochSecond(), SECONDS_PER_HOUR));
  }

  private ConfigFile config(ZoneOffset zone) {
    ConfigFile config = ConfigFile.inZone(zone.getId());
    remotes.forEach((id, remote) -> remote.addTo(config, id));
    return config.source(
        lab.source(),
        lab.snapshots(),
        remotes.keySet().stream().map(this::upload).toArray(Upload[]::new));
  }

  private Upload upload(String id) {
    Upload upload = Upload.to(id, "1y 24h 3600s");
    return switch (id) {
      case RAW -> upload.uncompressed();
      case GZIP ->
          upload
              .pipedThrough(List.of(List.of("gzip", "-1")))
              .restoredThrough(List.of(List.of("gunzip")));
      default -> upload.encryptedTo(publicKey);
    };
  }

  Lab lab() {
    return lab;
  }

  GpgHome gpg() {
    return gpg;
  }

  Remote remote(String id) {
    return Objects.requireNonNull(remotes.get(id), id);
  }

  Map<String, Remote> remotes() {
    return remotes;
  }

  /** The program with the configuration of the last backup. */
  Program program() {
    return program;
  }

  /** {@code btrfs2s3 restore} from a remote into a directory, with the secret key. */
  Program restore(String remote, Path target) {
    return program.with("restore", "--remote", remote, "--to", target, "--identity", secretKey);
  }

  /** The snapshots, oldest first. */
  List<UUID> uuids() {
    return uuids;
  }

  /** In the order of the snapshots. */
  List<Instant> ctimes() {
    return ctimes;
  }

  /** What each snapshot holds. */
  Map<UUID, Manifest> manifests() {
    return manifests;
  }

  Manifest manifest(UUID snapshot) {
    return Objects.requireNonNull(manifests.get(snapshot), snapshot.toString());
  }

  @Override
  public void close() throws IOException {
    try (lab;
        gpg) {
      for (Remote remote : remotes.values()) {
        remote.close();
      }
    }
  }
}
