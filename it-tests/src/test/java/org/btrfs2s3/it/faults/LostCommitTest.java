package org.btrfs2s3.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.core.btrfs.SubvolumeInfo;
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

/**
 * The commit object of a backup is dropped, wherever it stands in its chain, while the policy wants
 * nothing of that chain any more: it is reported, and nothing of it is collected until it is made
 * anew (invariants 2 and 3).
 */
class LostCommitTest {
  private static final String ID = "away";

  /** Everything but the newest expires. */
  private static final String NOTHING_BUT_THE_NEWEST = "1s";

  private static final int NOISE_BYTES = 1_200_000;
  private static final int SECONDS_PER_HOUR = 3600;

  /**
   * Four segmented backups: {@code root}, {@code middle} sent against it, {@code leaf} sent against
   * that, and one beside {@code middle} that nothing needs.
   */
  private static final class Tree implements AutoCloseable {
    private final Lab lab;
    private final GpgHome gpg;
    private final Remote remote;
    private final Path publicKey;
    private final Path secretKey;
    private final List<SubvolumeInfo> snapshots = new ArrayList<>();
    private final Map<UUID, Manifest> manifests;
    private Path config;
    private int changes;

    Tree(RemoteKind kind) throws IOException {
      kind.assume();
      lab = Lab.create();
      remote = kind.orSkip(lab.work());
      gpg = GpgHome.create();
      String key = gpg.generateKey(GpgHome.Algorithm.CURVE25519, "commit");
      publicKey = gpg.exportPublic(key, lab.work().resolve("public.asc"));
      secretKey = gpg.exportSecret(key, lab.work().resolve("secret.asc"));
      config = configure(ZoneOffset.UTC, "1y 24h 3600s");
      backUp();
      // The first of an hour is what the others of it are sent against.
      beginAnHourWith(root());
      backUp();
      backUp();
      beginAnHourWith(snapshots.getLast());
      backUp();
      manifests = lab.snapshotManifests();
    }

    private void beginAnHourWith(SubvolumeInfo snapshot) throws IOException {
      int second = Math.floorMod(snapshot.ctime().getEpochSecond(), SECONDS_PER_HOUR);
      config = configure(ZoneOffset.ofTotalSeconds(-second), "1y 24h 3600s");
    }

    private Path configure(ZoneOffset zone, String policy) throws IOException {
      return remote
          .addTo(ConfigFile.inZone(zone.getId()), ID)
          .source(
              lab.source(),
              lab.snapshots(),
              Upload.to(ID, policy).encryptedTo(publicKey).with("segment_size", "1MiB"))
          .write(lab.work());
    }

    void expireAllButTheNewest() throws IOException {
      config = configure(ZoneOffset.UTC, NOTHING_BUT_THE_NEWEST);
    }

    void change() throws IOException {
      lab.awaitNewSecond();
      byte[] noise = new byte[NOISE_BYTES];
      new Random(changes++).nextBytes(noise);
      Files.write(lab.source().resolve("noise"), noise);
    }

    private void backUp() throws IOException {
      change();
      run("update", "--force").expect(0);
      lab.listSnapshots().stream()
          .map(SubvolumeEntry::info)
          .filter(info -> snapshots.stream().noneMatch(known -> known.uuid().equals(info.uuid())))
          .forEach(snapshots::add);
    }

    SubvolumeInfo root() {
      return snapshots.get(0);
    }

    SubvolumeInfo unneeded() {
      return snapshots.get(1);
    }

    SubvolumeInfo middle() {
      return snapshots.get(2);
    }

    SubvolumeInfo leaf() {
      return snapshots.get(3);
    }

    Result run(Object... arguments) {
      return Btrfs2s3.runHere(config, arguments);
    }

    Result verify() {
      return run("verify", "--remote", ID, "--identity", secretKey, "--level", "data");
    }

    Result repairCommit(SubvolumeInfo snapshot) {
      return run("repair", "--remote", ID, "--commit", snapshot.uuid(), "--identity", secretKey);
    }

    Result restore(SubvolumeInfo snapshot, Path target) {
      return run(
          "restore",
          "--remote",
          ID,
          "--to",
          target,
          "--snapshot",
          snapshot.uuid(),
          "--identity",
          secretKey);
    }

    void requireIdentical(SubvolumeInfo snapshot) throws IOException {
      Path target = lab.newTarget();
      restore(snapshot, target).expect(0);
      UUID uuid = snapshot.uuid();
      Restored.assertIdentical(Map.of(uuid, Objects.requireNonNull(manifests.get(uuid))), target);
      Restored.deleteAll(target);
    }

    void deleteSnapshots() throws IOException {
      KernelBtrfs btrfs = new KernelBtrfs();
      for (SubvolumeEntry entry : lab.listSnapshots()) {
        btrfs.delete(lab.snapshots(), entry.name(), entry.info().uuid());
      }
      btrfs.sync(lab.snapshots());
    }

    /** Each object of a backup. */
    SortedMap<String, ByteBuffer> objects(SubvolumeInfo... backups) throws IOException {
      SortedMap<String, ByteBuffer> objects = new TreeMap<>();
      for (String key : remote.keys()) {
        for (SubvolumeInfo backup : backups) {
          if (key.contains(".uuid" + backup.uuid() + ".")) {
            objects.put(key, ByteBuffer.wrap(remote.get(key)));
          }
        }
      }
      return objects;
    }

    SortedMap<String, ByteBuffer> chain() throws IOException {
      return objects(root(), middle(), leaf());
    }

    /** Without a trace. */
    void dropCommit(SubvolumeInfo backup) throws IOException {
      String commit = commit(backup);
      remote.delete(commit);
      if (remote instanceof Remote.InDirectory(Path path)) {
        Files.delete(path.resolve(".meta").resolve(commit));
      }
    }

    String commit(SubvolumeInfo backup) throws IOException {
      return objects(backup).keySet().stream()
          .filter(key -> key.endsWith(".commit"))
          .findFirst()
          .orElseThrow();
    }

    /** Everything that it can. Without a clock that somebody confirms it is less, and told. */
    void collectGarbage() {
      Result collected = run("gc", "--force", "--duplicates", "--foreign", "--older-than", "1d");
      assertThat(collected.exitCode()).as("%s", collected).isIn(0, 3);
    }

    /** As far as it can be had: a bucket tells when an object was really stored. */
    void makeOld(Duration age) throws IOException {
      if (remote instanceof Remote.InDirectory(Path path)) {
        for (String key : remote.keys()) {
          Files.setLastModifiedTime(path.resolve(key), FileTime.from(Instant.now().minus(age)));
        }
      }
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

  @ParameterizedTest
  @EnumSource(names = {"DIRECTORY", "S3PROXY"})
  void nothingOfItsChainIsCollectedUntilItIsMadeAnew(RemoteKind kind) throws IOException {
    try (Tree tree = new Tree(kind)) {
      tree.expireAllButTheNewest();
      tree.deleteSnapshots();
      tree.makeOld(Duration.ofDays(29));
      for (SubvolumeInfo victim : List.of(tree.leaf(), tree.middle(), tree.root())) {
        SortedMap<String, ByteBuffer> whole = tree.chain();
        tree.dropCommit(victim);
        SortedMap<String, ByteBuffer> left = tree.chain();
        assertThat(left).hasSize(whole.size() - 1);
        assertReported(tree, victim);

        Set<String> expired = new TreeSet<>(tree.remote.keys());
        expired.removeAll(left.keySet());
        assertThat(expired).isNotEmpty();
        tree.change();
        Result updated = tree.run("update", "--force", "--allow-delete");
        assertThat(updated.exitCode()).as("%s", updated).isIn(0, 3);
        assertThat(updated.stdout()).contains("commit missing", victim.uuid().toString());
        assertThat(tree.chain()).isEqualTo(left);
        // The twin: what has expired and is not needed is deleted by the same run.
        assertThat(tree.remote.keys()).doesNotContainAnyElementsOf(expired);

        tree.collectGarbage();
        assertThat(tree.chain()).isEqualTo(left);

        tree.repairCommit(victim).expect(0);
        assertThat(tree.chain()).isEqualTo(whole);
        tree.requireIdentical(victim);
        tree.requireIdentical(tree.leaf());
      }
      // The twin: nothing else has kept the chain.
      tree.change();
      tree.run("update", "--force", "--allow-delete").expect(0);
      assertThat(tree.chain()).isEmpty();
    }
  }

  private static void assertReported(Tree tree, SubvolumeInfo victim) throws IOException {
    Result verified = tree.verify();
    assertThat(verified.exitCode()).as("%s", verified).isEqualTo(1);
    assertThat(verified.stdout())
        .contains("error: ", victim.uuid().toString(), "commit", "repair --remote " + ID);
    Path target = tree.lab.newTarget();
    Result restored = tree.restore(victim, target);
    assertThat(restored.exitCode()).as("%s", restored).isNotZero();
    assertThat(restored.stderr()).contains(victim.uuid().toString());
    assertThat(Scene.subvolumes(target)).isEmpty();
  }

  /** The policy does not want it any more, but it was being uploaded, to all appearances. */
  @Test
  void whileItsSnapshotIsThereTheNextUpdateMakesItAnew() throws IOException {
    try (Tree tree = new Tree(RemoteKind.DIRECTORY)) {
      tree.expireAllButTheNewest();
      SortedMap<String, ByteBuffer> whole = tree.chain();
      tree.dropCommit(tree.leaf());
      SortedMap<String, ByteBuffer> left = tree.chain();
      tree.collectGarbage();
      assertThat(tree.chain()).isEqualTo(left);
      SortedMap<String, ByteBuffer> parents = tree.objects(tree.root(), tree.middle());

      tree.change();
      tree.run("update", "--force", "--allow-delete").expect(0);

      assertThat(tree.chain().keySet()).isEqualTo(whole.keySet());
      assertThat(tree.objects(tree.root(), tree.middle())).isEqualTo(parents);
      assertThat(tree.objects(tree.unneeded())).isEmpty();
      tree.requireIdentical(tree.leaf());
    }
  }
}
