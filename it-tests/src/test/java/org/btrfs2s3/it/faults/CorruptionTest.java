package org.btrfs2s3.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.GpgHome;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.s3.S3Engine;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * Everything that can be wrong with an object: verify finds it, restore fails of it and names it,
 * and nothing appears under a final name (invariants 7, 8 and 9).
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CorruptionTest {

  private static final String RAW = "raw";
  private static final String ZSTD = "zstd";
  private static final String ENCRYPTED = "encrypted";
  private static final String SEGMENTED = "segmented";
  private static final int BORDER_BYTES = 64 << 10;
  private static final int STREAM_HEADER = 17;

  private Lab lab;
  private GpgHome gpg;
  private Path config;
  private Path secretKey;
  private Path publicKey;
  private Remote raw;
  private Remote zstd;
  private Remote encrypted;
  private Remote segmented;
  private UUID full;
  private UUID leaf;
  private int targets;

  @BeforeAll
  void backUp() throws IOException {
    lab = Lab.create();
    gpg = GpgHome.create();
    String key = gpg.generateKey(GpgHome.Algorithm.CURVE25519, "corruption");
    publicKey = gpg.exportPublic(key, lab.work().resolve("public.asc"));
    secretKey = gpg.exportSecret(key, lab.work().resolve("secret.asc"));
    raw = Remote.InDirectory.create(lab.work().resolve(RAW));
    zstd = Remote.InDirectory.create(lab.work().resolve(ZSTD));
    segmented = Remote.InDirectory.create(lab.work().resolve(SEGMENTED));
    encrypted = new Remote.InBucket(S3Engine.S3PROXY.orSkip().newBucket());
    ConfigFile file = ConfigFile.inZone(Lab.ZONE);
    raw.addTo(file, RAW);
    zstd.addTo(file, ZSTD);
    segmented.addTo(file, SEGMENTED);
    encrypted.addTo(file, ENCRYPTED);
    file.source(
        lab.source(),
        lab.snapshots(),
        Upload.to(RAW, Lab.POLICY).uncompressed(),
        Upload.to(ZSTD, Lab.POLICY),
        Upload.to(ENCRYPTED, Lab.POLICY).encryptedTo(publicKey),
        Upload.to(SEGMENTED, Lab.POLICY).encryptedTo(publicKey).with("segment_size", "1MiB"));
    config = file.write(lab.work());
    for (int i = 0; i < 3; i++) {
      lab.awaitNewSecond();
      Program.bash("head -c 1200000 /dev/urandom > \"$1\"", lab.source().resolve("noise" + i))
          .output();
      run("update", "--force").expect(0);
    }
    List<UUID> oldestFirst =
        lab.listSnapshots().stream()
            .sorted(Comparator.comparing(entry -> entry.info().ctransid()))
            .map(entry -> entry.info().uuid())
            .toList();
    full = oldestFirst.getFirst();
    leaf = oldestFirst.getLast();
  }

  @AfterAll
  void close() throws IOException {
    try (Lab _ = lab;
        GpgHome _ = gpg;
        Remote _ = encrypted) {
      // Closes all three, whatever fails.
    }
  }

  private Result run(Object... arguments) {
    return Btrfs2s3.runHere(config, arguments);
  }

  private static Remote.InDirectory directory(Remote remote) {
    return (Remote.InDirectory) remote;
  }

  /** The object of a backup, or those of a segmented one, in order of their names. */
  private static List<String> keys(Remote remote, UUID uuid) throws IOException {
    return remote.keys().stream().filter(key -> key.contains(".uuid" + uuid + ".")).toList();
  }

  private static String key(Remote remote, UUID uuid) throws IOException {
    List<String> keys = keys(remote, uuid);
    assertThat(keys).hasSize(1);
    return keys.getFirst();
  }

  /** Something that is done to a remote, and can be undone. */
  private record Damage(String name, String remoteId, Remote remote, List<Change> changes) {

    /**
     * @param content what is put there; an empty array deletes it
     * @param isNamed whether the messages must name it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Change(String key, byte[] content, boolean isNamed) {}

    static Damage of(String name, String remoteId, Remote remote, String key, byte[] content) {
      return new Damage(name, remoteId, remote, List.of(new Change(key, content, true)));
    }

    List<String> named() {
      return changes.stream().filter(Change::isNamed).map(Change::key).toList();
    }
  }

  @TestFactory
  Stream<DynamicTest> isFoundAndNotRestored() throws IOException {
    List<Damage> all = new ArrayList<>();
    all.addAll(flippedBits());
    all.addAll(truncations());
    all.addAll(misplaced());
    all.addAll(segmentDamages());
    all.addAll(strangers());
    return all.stream()
        .map(damage -> DynamicTest.dynamicTest(damage.name(), () -> assertFound(damage)));
  }

  private void assertFound(Damage damage) throws IOException {
    SortedSet<String> before = new TreeSet<>(damage.remote().keys());
    List<byte[]> good = new ArrayList<>();
    for (var change : damage.changes()) {
      good.add(before.contains(change.key()) ? damage.remote().get(change.key()) : new byte[0]);
      put(damage.remote(), change.key(), change.content());
    }
    try {
      assertNotRestored(damage);
      assertVerifyFinds(damage);
    } finally {
      for (int i = 0; i < good.size(); i++) {
        put(damage.remote(), damage.changes().get(i).key(), good.get(i));
      }
    }
  }

  private static void put(Remote remote, String key, byte[] content) throws IOException {
    if (content.length > 0) {
      remote.put(key, content);
    } else {
      remote.delete(key);
    }
  }

  private void assertNotRestored(Damage damage) throws IOException {
    Path target = Files.createDirectory(lab.elsewhere().resolve("corrupt" + targets++));
    Result result =
        run(
            "restore",
            "--remote",
            damage.remoteId(),
            "--to",
            target,
            "--identity",
            secretKey,
            "--all");
    assertThat(result.exitCode()).as("%s", result).isNotZero();
    assertThat(result.stderr()).doesNotContain("\tat ", "unexpected failure");
    assertThat(damage.named()).as("%s", result).anyMatch(result.stderr()::contains);
    // What does not depend on the damaged one may have been restored, but not that.
    for (var entry : new KernelBtrfs().list(target)) {
      String name = entry.name().toString();
      assertThat(name.startsWith(".btrfs2s3") || !isDamaged(damage, entry.info().receivedUuid()))
          .as("%s after %s", name, damage.name())
          .isTrue();
    }
    Program.bash("btrfs -q subvolume delete \"$1\"/* \"$1\"/.btrfs* 2>/dev/null || true", target)
        .output();
  }

  private boolean isDamaged(Damage damage, @Nullable UUID uuid) {
    String part = ".uuid" + uuid + ".";
    String parent = ".uuid" + full + ".";
    return damage.named().stream().anyMatch(key -> key.contains(part) || key.contains(parent));
  }

  private void assertVerifyFinds(Damage damage) {
    Result result =
        run("verify", "--remote", damage.remoteId(), "--identity", secretKey, "--level", "data");
    assertThat(result.exitCode()).as("%s", result).isEqualTo(1);
    assertThat(damage.named())
        .as("%s", result)
        .allMatch(key -> result.stdout().contains(key) || result.stdout().contains(uuidIn(key)));
  }

  private static String uuidIn(String key) {
    return key.replaceFirst(".*[.]uuid([0-9a-f-]{36})[.].*", "$1");
  }

  private List<Damage> flippedBits() throws IOException {
    List<Damage> damages = new ArrayList<>();
    String key = key(encrypted, leaf);
    int length = encrypted.get(key).length;
    List<Integer> packets = PacketBorders.of(encrypted.get(key));
    add(damages, ENCRYPTED, encrypted, key, "the OpenPGP header", 0);
    add(damages, ENCRYPTED, encrypted, key, "the session key", packets.getFirst() / 2);
    add(damages, ENCRYPTED, encrypted, key, "the header of the encrypted data", packets.get(0));
    add(damages, ENCRYPTED, encrypted, key, "the encrypted body", length / 2);
    add(damages, ENCRYPTED, encrypted, key, "the MDC", length - 1);
    add(damages, ENCRYPTED, encrypted, key, "the beginning of the MDC", length - 22);
    String compressed = key(zstd, leaf);
    add(damages, ZSTD, zstd, compressed, "zstd's magic", 0);
    add(damages, ZSTD, zstd, compressed, "the header of zstd's frame", 4);
    add(damages, ZSTD, zstd, compressed, "zstd's checksum", zstd.get(compressed).length - 1);
    String plain = key(raw, leaf);
    add(damages, RAW, raw, plain, "the stream's header", 3);
    add(damages, RAW, raw, plain, "the stream's version", 13);
    add(damages, RAW, raw, plain, "the length of a command", STREAM_HEADER);
    add(damages, RAW, raw, plain, "the checksum of a command", STREAM_HEADER + 6);
    add(damages, RAW, raw, plain, "the name of the subvolume", STREAM_HEADER + 14);
    add(damages, RAW, raw, plain, "the body of a command", raw.get(plain).length / 2);
    add(damages, RAW, raw, plain, "END", raw.get(plain).length - 1);
    return damages;
  }

  private static void add(
      List<Damage> damages, String id, Remote remote, String key, String region, int offset)
      throws IOException {
    byte[] flipped = remote.get(key).clone();
    flipped[offset] ^= 1;
    damages.add(Damage.of("a bit flipped in " + region, id, remote, key, flipped));
  }

  private List<Damage> truncations() throws IOException {
    List<Damage> damages = new ArrayList<>();
    String key = key(encrypted, leaf);
    byte[] good = encrypted.get(key);
    SortedSet<Integer> lengths = new TreeSet<>(PacketBorders.of(good));
    for (int length = BORDER_BYTES; length < good.length; length += BORDER_BYTES) {
      lengths.add(length);
    }
    lengths.add(good.length - 1);
    for (int length : lengths) {
      damages.add(
          Damage.of(
              "truncated to " + length + " of " + good.length,
              ENCRYPTED,
              encrypted,
              key,
              Arrays.copyOf(good, length)));
    }
    for (Remote remote : List.of(raw, zstd)) {
      String plain = key(remote, leaf);
      byte[] whole = remote.get(plain);
      String id = remote == raw ? RAW : ZSTD;
      for (int length : List.of(1, STREAM_HEADER, 5 * BORDER_BYTES, whole.length - 10)) {
        damages.add(
            Damage.of(
                id + " truncated to " + length, id, remote, plain, Arrays.copyOf(whole, length)));
      }
    }
    return damages;
  }

  private List<Damage> misplaced() throws IOException {
    List<Damage> damages = new ArrayList<>();
    List<String> tree =
        raw.keys().stream().sorted(Comparator.comparing(CorruptionTest::uuidIn)).toList();
    assertThat(tree).hasSize(3);
    for (Remote remote : List.of(raw, encrypted)) {
      String id = remote == raw ? RAW : ENCRYPTED;
      String one = key(remote, full);
      String other = key(remote, leaf);
      damages.add(
          new Damage(
              id + ": two objects of a tree swapped",
              id,
              remote,
              List.of(
                  new Damage.Change(one, remote.get(other), true),
                  new Damage.Change(other, remote.get(one), true))));
      String moved = other.replace(leaf.toString(), UUID.randomUUID().toString());
      damages.add(
          Damage.of(id + ": under another snapshot's key", id, remote, moved, remote.get(other)));
    }
    List<Damage.Change> rotated = new ArrayList<>();
    for (int i = 0; i < tree.size(); i++) {
      byte[] next = raw.get(tree.get((i + 1) % tree.size()));
      rotated.add(new Damage.Change(tree.get(i), next, true));
    }
    damages.add(new Damage("a chain reordered", RAW, raw, rotated));
    return damages;
  }

  private List<Damage> segmentDamages() throws IOException {
    List<String> objects = keys(segmented, leaf);
    assertThat(objects).hasSizeGreaterThan(2);
    String commit =
        objects.stream().filter(key -> key.endsWith(".commit")).findFirst().orElseThrow();
    List<String> segments = objects.stream().filter(key -> !key.equals(commit)).toList();
    String first = segments.get(0);
    String second = segments.get(1);
    byte[] flipped = segmented.get(second).clone();
    flipped[flipped.length / 2] ^= 1;
    byte[] json = segmented.get(commit);
    return List.of(
        new Damage(
            "a segment dropped",
            SEGMENTED,
            segmented,
            List.of(
                new Damage.Change(second, new byte[0], false),
                new Damage.Change(commit, json, true))),
        Damage.of("a bit flipped in a segment", SEGMENTED, segmented, second, flipped),
        new Damage(
            "two segments swapped",
            SEGMENTED,
            segmented,
            List.of(
                new Damage.Change(first, segmented.get(second), false),
                new Damage.Change(second, segmented.get(first), false),
                new Damage.Change(commit, json, true))),
        Damage.of(
            "the commit object cut off",
            SEGMENTED,
            segmented,
            commit,
            Arrays.copyOf(json, json.length / 2)),
        Damage.of(
            "the commit object tells of another size",
            SEGMENTED,
            segmented,
            commit,
            new String(json, StandardCharsets.UTF_8)
                .replaceFirst("\"size\" : [0-9]", "\"size\" : 99")
                .getBytes(StandardCharsets.UTF_8)));
  }

  /** Made by somebody who knows the public key, with a stream of another identity. */
  private List<Damage> strangers() throws IOException {
    String key = key(encrypted, leaf);
    byte[] stream = raw.get(key(raw, full));
    return List.of(
        Damage.of("made by a stranger", ENCRYPTED, encrypted, key, encryptedByGpg(stream)));
  }

  private byte[] encryptedByGpg(byte[] stream) throws IOException {
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

  /** Without a required signature nothing tells it from a good one; docs say so. */
  @Test
  void strangersObjectOfTheRightIdentityNeedsASignatureToBeFound() throws IOException {
    String key = key(encrypted, full);
    byte[] good = encrypted.get(key);
    encrypted.put(key, encryptedByGpg(withAnotherByteOfContent(raw.get(key(raw, full)))));
    try {
      Path target = Files.createDirectory(lab.elsewhere().resolve("stranger"));
      Object[] restore = {
        "restore",
        "--remote",
        ENCRYPTED,
        "--to",
        target,
        "--identity",
        secretKey,
        "--snapshot",
        full
      };
      Result refused =
          run(
              Stream.concat(Stream.of(restore), Stream.of("--require-signature-by", publicKey))
                  .toArray());
      assertThat(refused.exitCode()).as("%s", refused).isEqualTo(1);
      assertThat(refused.stderr()).contains(key, "not signed");
      assertThat(Scene.subvolumes(target)).noneMatch(name -> !name.startsWith("."));
      // The twin, which is the danger.
      run(restore).expect(0);
      Program.bash("btrfs -q subvolume delete \"$1\"/*", target).output();
    } finally {
      encrypted.put(key, good);
    }
  }

  /** A byte of a file's content is another one, with the right checksum. */
  private static byte[] withAnotherByteOfContent(byte[] stream) {
    byte[] changed = stream.clone();
    var buffer = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = STREAM_HEADER; at < changed.length; at += 10 + buffer.getInt(at)) {
      int body = buffer.getInt(at);
      int write = 15;
      if (buffer.getShort(at + 4) == write) {
        changed[at + 10 + body - 1] ^= 1;
        buffer.putInt(at + 6, 0);
        var crc = new CRC32C();
        crc.update(new byte[] {-1, -1, -1, -1});
        crc.update(changed, at, 10 + body);
        buffer.putInt(at + 6, ~(int) crc.getValue());
        return changed;
      }
    }
    throw new AssertionError("no content in the stream");
  }

  /** Invariant 3: it may be all that is left of a backup, so it is told and kept. */
  @Test
  void backupWithoutItsCommitObjectIsReportedAndKept() throws IOException {
    Path file = lab.work().resolve("elsewhere.yaml");
    String commit =
        keys(segmented, leaf).stream()
            .filter(key -> key.endsWith(".commit"))
            .findFirst()
            .orElseThrow();
    byte[] json = segmented.get(commit);
    segmented.delete(commit);
    try {
      // On another machine, which does not have the snapshot.
      ConfigFile other = ConfigFile.inZone(Lab.ZONE);
      directory(segmented).addTo(other, SEGMENTED);
      Files.move(other.write(Files.createDirectory(lab.work().resolve("other"))), file);
      SortedSet<String> before = segmented.keys();
      Result verified =
          Btrfs2s3.runHere(file, "verify", "--remote", SEGMENTED, "--level", "listing");
      // Only a warning: where the source is not, it may be an upload that is under way.
      assertThat(verified.stdout()).contains("warning", leaf.toString(), "commit");
      Path target = Files.createDirectory(lab.elsewhere().resolve("uncommitted"));
      Result restored =
          Btrfs2s3.runHere(
              file,
              "restore",
              "--remote",
              SEGMENTED,
              "--to",
              target,
              "--identity",
              secretKey,
              "--snapshot",
              leaf);
      assertThat(restored.exitCode()).as("%s", restored).isEqualTo(1);
      assertThat(Scene.subvolumes(target)).isEmpty();
      assertThat(segmented.keys()).isEqualTo(before);
    } finally {
      segmented.put(commit, json);
    }
  }

  /** The twin of everything above. */
  @Test
  void undamagedBackupsVerifyAndRestore() throws IOException {
    for (String id : List.of(RAW, ZSTD, ENCRYPTED, SEGMENTED)) {
      run("verify", "--remote", id, "--identity", secretKey, "--level", "data").expect(0);
      Path target = Files.createDirectory(lab.elsewhere().resolve("good-" + id));
      run("restore", "--remote", id, "--to", target, "--identity", secretKey, "--all").expect(0);
      Program.bash("btrfs -q subvolume delete \"$1\"/*", target).output();
    }
  }
}
