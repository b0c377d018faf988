package org.btrfs2s3.it.update;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.lab.RemoteKind;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.GpgHome;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.tree.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code repair} on real remotes: what was broken there is restored again afterwards. */
class RepairCommandTest {
  private static final String ID = "away";
  private static final int NOISE_BYTES = 3 << 20;

  /** A source that is backed up, encrypted, to one remote. */
  private record Scene(Lab lab, GpgHome gpg, Remote remote, Path config, Path secretKey)
      implements AutoCloseable {

    static Scene on(RemoteKind kind, Map<String, Object> uploadKeys) throws IOException {
      kind.assume();
      Lab lab = Lab.create();
      Remote remote = kind.orSkip(lab.work());
      GpgHome gpg = GpgHome.create();
      String key = gpg.generateKey(GpgHome.Algorithm.CURVE25519, "repair");
      Path publicKey = gpg.exportPublic(key, lab.work().resolve("public.asc"));
      Path secretKey = gpg.exportSecret(key, lab.work().resolve("secret.asc"));
      Upload upload = Upload.to(ID, Lab.POLICY).encryptedTo(publicKey);
      for (var more : uploadKeys.entrySet()) {
        upload = upload.with(more.getKey(), more.getValue());
      }
      ConfigFile config = remote.addTo(ConfigFile.inZone(Lab.ZONE), ID);
      config.source(lab.source(), lab.snapshots(), upload);
      return new Scene(lab, gpg, remote, config.write(lab.work()), secretKey);
    }

    void update(String content) throws IOException {
      lab.write("file", content);
      run("update", "--force").expect(0);
    }

    Result run(Object... arguments) {
      return Btrfs2s3.runHere(config, arguments);
    }

    Result repair(Object... options) {
      return run(Stream.concat(Stream.of("repair", "--remote", ID), Stream.of(options)).toArray());
    }

    String only(String part) throws IOException {
      return remote.keys().stream()
          .filter(key -> key.contains(part))
          .reduce((one, other) -> twice(one, other))
          .orElseThrow();
    }

    private static String twice(String one, String other) {
      throw new AssertionError("two objects: " + one + ", " + other);
    }

    void delete(String key) throws IOException {
      switch (remote) {
        case Remote.InBucket there -> there.bucket().delete(key);
        case Remote.InDirectory there -> Files.delete(there.path().resolve(key));
      }
    }

    Path metadata(String key) {
      return ((Remote.InDirectory) remote).path().resolve(".meta").resolve(key);
    }

    void deleteSnapshot(UUID uuid) throws IOException {
      KernelBtrfs btrfs = new KernelBtrfs();
      for (SubvolumeEntry entry : btrfs.list(lab.snapshots())) {
        if (entry.info().uuid().equals(uuid)) {
          btrfs.delete(lab.snapshots(), entry.name(), uuid);
        }
      }
      btrfs.sync(lab.snapshots());
    }

    void flip(String key) throws IOException {
      byte[] content = remote.get(key);
      content[content.length / 2] ^= 1;
      remote.put(key, content);
    }

    void requireRestorable(Map<UUID, Manifest> manifests) throws IOException {
      Path target = lab.newTarget();
      run("restore", "--remote", ID, "--to", target, "--all", "--identity", secretKey).expect(0);
      Restored.assertIdentical(manifests, target);
    }

    @Override
    public void close() throws IOException {
      try (lab;
          gpg;
          remote) {
        // Closes all three, whatever fails.
      }
    }
  }

  private static UUID uuid(String key) {
    return BackupKey.decode(key).backup().orElseThrow().identity().uuid();
  }

  private static String beginning(String key) {
    return uuid(key).toString().substring(0, 8);
  }

  @ParameterizedTest
  @EnumSource
  void damagedAndMissingBackupsComeBack(RemoteKind kind) throws IOException {
    try (Scene scene = Scene.on(kind, Map.of())) {
      scene.update("first");
      String full = scene.remote().keys().getFirst();
      scene.update("second");
      scene.update("third");
      Map<UUID, Manifest> manifests = scene.lab().snapshotManifests();
      SortedSet<String> keys = scene.remote().keys();
      assertThat(keys).hasSize(3);
      byte[] before = scene.remote().get(full);
      scene.flip(full);
      byte[] damaged = scene.remote().get(full);

      // Invariant 5; and no listing shows it.
      assertThat(scene.repair("--backup", uuid(full), "--pretend").expect(0).stdout())
          .contains("upload", "replaces " + full)
          .doesNotContain("delete");
      assertThat(scene.repair().expect(0).stdout()).contains("nothing to be repaired");
      Btrfs2s3.withConfig(scene.config())
          .with("repair", "--remote", ID, "--backup", uuid(full))
          .run()
          .expect(12);
      assertThat(scene.remote().get(full)).isEqualTo(damaged);
      assertThat(scene.remote().keys()).isEqualTo(keys);

      scene.repair("--backup", uuid(full), "--force").expect(0);
      assertThat(scene.remote().keys()).isEqualTo(keys);
      // Encrypted with another session key.
      assertThat(scene.remote().get(full)).isNotEqualTo(damaged).isNotEqualTo(before);

      scene.delete(full);
      String json = scene.repair("--force", "--json").expect(0).stdout();
      assertThat(new ObjectMapper().readTree(json).get("outcome").get("executed").asInt())
          .isEqualTo(1);
      assertThat(scene.remote().keys()).isEqualTo(keys);
      assertThat(scene.remote().unfinished()).isEmpty();
      scene.requireRestorable(manifests);
      assertThat(scene.run("update").expect(0).stdout()).contains("nothing to be done");
    }
  }

  @ParameterizedTest
  @EnumSource
  void segmentedBackupComesBackByItsCommitObjectOrANewAttempt(RemoteKind kind) throws IOException {
    try (Scene scene = Scene.on(kind, Map.of("segment_size", "1MiB"))) {
      byte[] noise = new byte[NOISE_BYTES];
      new Random(1).nextBytes(noise);
      Files.write(scene.lab().source().resolve("noise"), noise);
      scene.update("first");
      Map<UUID, Manifest> manifests = scene.lab().snapshotManifests();
      SortedSet<String> keys = scene.remote().keys();
      String commit = scene.only(".commit");
      byte[] document = scene.remote().get(commit);
      Object[] withKey = {"--commit", uuid(commit), "--identity", scene.secretKey()};

      scene.delete(commit);
      scene.repair("--commit", uuid(commit)).expect(1); // Without a key nobody can read it.
      assertThat(scene.remote().keys()).doesNotContain(commit);
      scene
          .repair("--commit", beginning(commit), "--identity", scene.secretKey(), "--pretend")
          .expect(0);
      assertThat(scene.repair("--commit", "0dead").expect(1).stderr())
          .contains("no UUID on remote " + ID + " begins with '0dead'");
      assertThat(scene.remote().keys()).doesNotContain(commit);
      scene.repair(withKey).expect(0);
      assertThat(scene.remote().keys()).isEqualTo(keys);
      assertThat(scene.remote().get(commit)).isEqualTo(document);

      scene.remote().put(commit, "{".getBytes(UTF_8));
      scene.repair(withKey).expect(0);
      assertThat(scene.remote().get(commit)).isEqualTo(document);
      scene.requireRestorable(manifests);
      assertThat(scene.repair(withKey).expect(0).stdout()).contains("as it should be");

      scene.delete(scene.only(".seqn000001."));
      assertThat(scene.repair(withKey).expect(1).stderr()).contains("segments");
      scene.repair("--force").expect(0);
      assertThat(scene.remote().keys()).hasSameSizeAs(keys).doesNotContainAnyElementsOf(keys);
      scene.lab().deleteRestored();
      scene.requireRestorable(manifests);
    }
  }

  @Test
  void collectsNothingThatTheRightSnapshotsDirectoryHeals() throws IOException {
    try (Scene scene = Scene.on(RemoteKind.DIRECTORY, Map.of())) {
      scene.update("first");
      String full = scene.remote().keys().getFirst();
      scene.update("second");
      Map<UUID, Manifest> manifests = scene.lab().snapshotManifests();
      String child =
          scene.remote().keys().stream().filter(k -> !k.equals(full)).toList().getFirst();
      scene.deleteSnapshot(uuid(child));
      // As if the file system with the snapshots were not mounted: the next backup is full.
      Path aside = scene.lab().snapshots().resolveSibling("aside");
      Files.move(scene.lab().snapshots(), aside);
      Files.createDirectory(scene.lab().snapshots());
      scene.update("third");
      scene.delete(full);

      Result kept = scene.repair("--collect", "--force").expect(1);
      assertThat(kept.stderr()).containsOnlyOnce(child).contains("subvolid-resolve");
      assertThat(kept.stdout()).contains("nothing that can be repaired or deleted");
      assertThat(scene.remote().keys()).hasSize(2).contains(child);
      Result verified = scene.run("verify", "--remote", ID).expect(1);
      assertThat(verified.stdout() + verified.stderr()).contains("no usable snapshot");

      for (SubvolumeEntry entry : new KernelBtrfs().list(scene.lab().snapshots())) {
        scene.deleteSnapshot(entry.info().uuid());
      }
      Files.delete(scene.lab().snapshots());
      Files.move(aside, scene.lab().snapshots());
      verified = scene.run("verify", "--remote", ID).expect(1);
      assertThat(verified.stdout() + verified.stderr()).contains("repair --remote " + ID);
      Result repaired = scene.repair("--collect", "--force").expect(0);
      assertThat(repaired.stdout()).contains("1 backup(s) uploaded, 0 deleted");
      scene.run("verify", "--remote", ID).expect(0);
      Path target = scene.lab().newTarget();
      scene
          .run(
              "restore",
              "--remote",
              ID,
              "--to",
              target,
              "--snapshot",
              uuid(child),
              "--identity",
              scene.secretKey())
          .expect(0);
      assertThat(manifests).containsKey(uuid(child));

      // Only when nothing can bring it back.
      scene.lab().deleteRestored();
      scene.deleteSnapshot(uuid(full));
      scene.delete(full);
      String metadata = scene.repair("--collect", "--force").expect(1).stderr();
      assertThat(metadata).contains(".meta/");
      assertThat(scene.remote().keys()).contains(child);
      Files.delete(scene.metadata(full));
      scene.repair("--collect", "--force").expect(0);
      assertThat(scene.remote().keys()).hasSize(1).doesNotContain(child);
    }
  }

  @Test
  void leavesASourceAloneThatIsBeingUploaded() throws IOException {
    try (Scene scene = Scene.on(RemoteKind.DIRECTORY, Map.of())) {
      scene.update("first");
      scene.update("second");
      scene.delete(scene.remote().keys().getFirst());
      Path source = scene.lab().source();
      try (DirectoryLock lock = DirectoryLock.tryLock(source).orElseThrow()) {
        assertThat(lock.id()).isNotNull();
        assertThat(scene.repair("--force").expect(11).stderr()).contains(source.toString());
      }
      assertThat(scene.remote().keys()).hasSize(1);
      scene.repair("--force", "--source", source).expect(0);
      assertThat(scene.remote().keys()).hasSize(2);
    }
  }
}
