package org.btrfs2s3.it.reseed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.GpgHome;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.tree.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * Several sources on one volume, backed up in rounds to one remote, encrypted; those of the first
 * source are in segments.
 */
final class Estate implements AutoCloseable {
  static final String OLD = "old";
  static final String NEW = "new";

  private static final int LARGE_BYTES = 4_500_000;
  private static final int SMALL_BYTES = 20_000;

  private final Lab lab = Lab.create();
  private final GpgHome gpg = GpgHome.create();
  private final List<Path> sources = new ArrayList<>();
  private final Map<String, Remote> remotes = new LinkedHashMap<>();
  private final Map<String, Upload> uploads = new LinkedHashMap<>();
  private final List<Path> identities = new ArrayList<>();
  private final Path publicKey;
  private int configs;

  /**
   * Skips the calling test where there can be no btrfs.
   *
   * @param old null for a directory
   */
  Estate(int count, @Nullable Remote old) throws IOException {
    for (int i = 0; i < count; i++) {
      Path source = i == 0 ? lab.source() : lab.home().resolve("source" + i);
      if (i > 0) {
        Program.of("btrfs", "subvolume", "create", source).output();
      }
      sources.add(source);
    }
    publicKey = newKey("old key");
    remotes.put(
        OLD, old == null ? Remote.InDirectory.create(lab.work().resolve("old remote")) : old);
    uploads.put(OLD, upload(OLD));
  }

  /** A new key that the program can decrypt with from now on; the file of its public part. */
  Path newKey(String name) throws IOException {
    String fingerprint = gpg.generateKey(GpgHome.Algorithm.CURVE25519, name);
    String file = "key" + identities.size();
    identities.add(gpg.exportSecret(fingerprint, lab.work().resolve(file + ".secret.asc")));
    return gpg.exportPublic(fingerprint, lab.work().resolve(file + ".asc"));
  }

  /** As the remote that is backed up to has it. */
  Upload upload(String remote) {
    return Upload.to(remote, Lab.POLICY).encryptedTo(publicKey).with("segment_size", "1MiB");
  }

  /** The remote to be filled, and how the sources would be uploaded to it. */
  Estate with(Remote remote, Upload upload) {
    remotes.put(NEW, remote);
    uploads.put(NEW, upload);
    return this;
  }

  /** From now on the new remote is the old one, and another one the new. */
  void swap(Remote remote) {
    remotes.put("kept", remote(OLD));
    remotes.put(OLD, remote(NEW));
    remotes.put(NEW, remote);
  }

  Lab lab() {
    return lab;
  }

  Path identity(int number) {
    return identities.get(number);
  }

  List<Path> sources() {
    return sources;
  }

  Remote remote(String id) {
    return Objects.requireNonNull(remotes.get(id));
  }

  /** Changes every source and backs it up to the old remote. */
  void backUp(int rounds) throws IOException {
    Path config = config(List.of(OLD), identities);
    for (int round = 0; round < rounds; round++) {
      lab.awaitNewSecond();
      for (Path source : sources) {
        byte[] noise = new byte[source.equals(lab.source()) ? LARGE_BYTES : SMALL_BYTES];
        new Random(31L * round + source.toString().hashCode()).nextBytes(noise);
        Files.write(source.resolve("noise" + round), noise);
      }
      Btrfs2s3.runHere(config, "update", "--force").expect(0);
    }
  }

  /** With both remotes. */
  Path config() throws IOException {
    return config(List.of(OLD, NEW), identities);
  }

  /** With both remotes, and these keys alone. */
  Path config(List<Path> keys) throws IOException {
    return config(List.of(OLD, NEW), keys);
  }

  private Path config(List<String> ids, List<Path> keys) throws IOException {
    ConfigFile config =
        ConfigFile.inZone(Lab.ZONE)
            .with("restore", Map.of("identities", keys.stream().map(Path::toString).toList()));
    ids.forEach(id -> remote(id).addTo(config, id));
    Upload[] entries =
        ids.stream().map(id -> Objects.requireNonNull(uploads.get(id))).toArray(Upload[]::new);
    sources.forEach(source -> config.source(source, lab.snapshots(), entries));
    return config.write(Files.createDirectory(lab.work().resolve("config" + configs++)));
  }

  /** What the newest snapshot of each source holds. */
  Map<UUID, Manifest> latest() throws IOException {
    Map<UUID, SubvolumeEntry> newest = new HashMap<>();
    for (SubvolumeEntry entry : lab.listSnapshots()) {
      newest.merge(
          Objects.requireNonNull(entry.info().parentUuid()),
          entry,
          (a, b) -> b.info().ctransid().isAfter(a.info().ctransid()) ? b : a);
    }
    Map<UUID, Manifest> manifests = new HashMap<>();
    for (SubvolumeEntry entry : newest.values()) {
      manifests.put(
          entry.info().uuid(), Manifest.of(lab.snapshots().resolve(entry.name().toString())));
    }
    return manifests;
  }

  /** The newest backups of all sources come back from the new remote as their snapshots are. */
  void assertRestores(Path config) throws IOException {
    Path target = lab.newTarget();
    Btrfs2s3.runHere(config, "restore", "--remote", NEW, "--to", target, "--latest").expect(0);
    Map<UUID, Manifest> latest = latest();
    assertThat(latest).hasSameSizeAs(sources);
    Restored.assertIdentical(latest, target);
    lab.deleteRestored();
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
