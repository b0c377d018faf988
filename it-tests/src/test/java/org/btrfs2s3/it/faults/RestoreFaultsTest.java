package org.btrfs2s3.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.GpgHome;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.s3.Bucket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Objects that are not what they were, and keys that do not fit; invariant 7. */
class RestoreFaultsTest {
  private static final String ZERO = "00000000-0000-0000-0000-000000000000";

  private Scene scene;
  private GpgHome gpg;
  private String keyId;
  private Path publicKey;
  private Path secretKey;

  @BeforeEach
  void create() throws IOException {
    scene = Scene.create();
    gpg = GpgHome.create();
    keyId = gpg.generateKey(GpgHome.Algorithm.CURVE25519, "A Test");
    publicKey = gpg.exportPublic(keyId, scene.work().resolve("public.asc"));
    secretKey = gpg.exportSecret(keyId, scene.work().resolve("secret.asc"));
  }

  @AfterEach
  void close() throws IOException {
    gpg.close();
    scene.close();
  }

  private enum Format {
    RAW,
    ENCRYPTED
  }

  private ConfigFile config(Format format) {
    Upload upload = Upload.to(Scene.REMOTE, Scene.POLICY);
    return scene
        .config(
            switch (format) {
              case RAW -> upload.uncompressed();
              case ENCRYPTED -> upload.encryptedTo(publicKey);
            })
        .s3Remote(Scene.REMOTE, scene.bucket());
  }

  /** A full backup and a differential one, whose keys are returned in this order. */
  private List<String> backUpTwice(ConfigFile config) throws IOException {
    Program.bash("head -c 300000 /dev/urandom > \"$1\"", scene.source().resolve("noise")).output();
    scene.update(config).expect(0);
    scene.write("file", "second");
    Program.bash("head -c 300000 /dev/urandom > \"$1\"", scene.source().resolve("more")).output();
    scene.update(config).expect(0);
    List<String> keys = new ArrayList<>(scene.bucket().keys());
    assertThat(keys).hasSize(2);
    keys.sort((a, b) -> Boolean.compare(b.contains("sndp" + ZERO), a.contains("sndp" + ZERO)));
    return keys;
  }

  private void assertRestores(ConfigFile config) throws IOException {
    Path target = scene.newTarget();
    scene.restore(config, target, "--identity", secretKey).expect(0);
    assertThat(Scene.only(target).resolve("file")).hasContent("second");
  }

  /** Fails, with nothing left but what the next restore goes on with. */
  private String failedRestore(ConfigFile config, Object... more) throws IOException {
    Path target = scene.newTarget();
    Result result = scene.restore(config, target, more).expect(1);
    assertThat(Scene.subvolumes(target)).isEmpty();
    Path hidden = target.resolve(".btrfs2s3-restoring").resolve("received");
    if (Files.exists(hidden)) {
      assertThat(Scene.subvolumes(hidden)).isNotEmpty().allMatch(name -> name.endsWith(".done"));
    }
    assertThat(result.stdout()).doesNotContain("restored");
    assertThat(result.stderr()).doesNotContain("\tat ", "unexpected failure");
    return result.stderr();
  }

  @Test
  void missingParentIsNamedBeforeAnythingIsFetched() throws Exception {
    ConfigFile config = config(Format.RAW);
    String full = backUpTwice(config).getFirst();
    byte[] content = scene.bucket().get(full);
    scene.bucket().delete(full);

    assertThat(failedRestore(config)).contains(uuid(full), "not on the remote");
    scene.bucket().put(full, content);
    assertRestores(config);
  }

  private static String uuid(String key) {
    return key.replaceFirst(".*[.]uuid([0-9a-f-]{36})[.].*", "$1");
  }

  @ParameterizedTest
  @EnumSource
  void damagedObjectIsNotRestored(Format format) throws Exception {
    ConfigFile config = config(format);
    for (String key : backUpTwice(config)) {
      byte[] good = scene.bucket().get(key);
      for (byte[] bad : damaged(good)) {
        scene.bucket().put(key, bad);
        assertThat(failedRestore(config, "--identity", secretKey)).contains(key);
      }
      scene.bucket().put(key, good);
    }
    assertRestores(config);
  }

  private static List<byte[]> damaged(byte[] good) {
    byte[] flipped = good.clone();
    flipped[flipped.length / 2] ^= 1;
    return List.of(
        flipped, Arrays.copyOf(good, good.length / 2), Arrays.copyOf(good, good.length - 1));
  }

  @ParameterizedTest
  @EnumSource
  void objectUnderTheKeyOfAnotherIsNotRestored(Format format) throws Exception {
    ConfigFile config = config(format);
    List<String> keys = backUpTwice(config);
    swap(keys.getFirst(), keys.getLast());
    assertThat(failedRestore(config, "--identity", secretKey))
        .contains(keys.getFirst(), "expected was");

    swap(keys.getFirst(), keys.getLast());
    assertRestores(config);
  }

  private void swap(String one, String other) {
    Bucket bucket = scene.bucket();
    byte[] content = bucket.get(one);
    bucket.put(one, bucket.get(other));
    bucket.put(other, content);
  }

  @Test
  void wrongOrMissingKeyIsTold() throws Exception {
    ConfigFile config = config(Format.ENCRYPTED);
    backUpTwice(config);
    String other = gpg.generateKey(GpgHome.Algorithm.CURVE25519, "Another");
    Path wrong = gpg.exportSecret(other, scene.work().resolve("wrong.asc"));

    assertThat(failedRestore(config)).contains(encryptionKeyId(keyId));
    assertThat(failedRestore(config, "--identity", wrong))
        .contains(encryptionKeyId(keyId), encryptionKeyId(other));
    assertRestores(config);
  }

  /** The subkey's, which is what a message names. */
  private String encryptionKeyId(String fingerprint) {
    String listed =
        Program.of("gpg", "--homedir", gpg.path(), "--with-colons", "--list-keys", fingerprint)
            .output();
    return listed
        .lines()
        .filter(line -> line.startsWith("sub:"))
        .map(line -> line.split(":", -1)[4].toUpperCase(Locale.ROOT))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void fullVolumeGetsNothing() throws Exception {
    Program.bash("head -c 300M /dev/zero > \"$1\"", scene.source().resolve("zeros")).output();
    scene.update(scene.config()).expect(0);
    try (LoopVolume small = LoopVolume.create(128L << 20)) {
      Path target = Files.createDirectory(small.path().resolve("target"));
      Result result = scene.restore(scene.config(), target).expect(1);
      assertThat(result.stderr()).contains("No space left on device");
      assertThat(Scene.subvolumes(target)).isEmpty();
    }
    Path target = scene.newTarget();
    scene.restore(scene.config(), target).expect(0);
    assertThat(Scene.only(target).resolve("zeros")).hasSize(300L << 20);
  }

  /** The one that filled the disk goes before anything else is tried: the rest is durable then. */
  @Test
  void fullVolumeKeepsWhatWasComplete() throws Exception {
    Program.bash("head -c 1M /dev/urandom > \"$1\"", scene.source().resolve("noise")).output();
    scene.update(scene.config()).expect(0);
    Program.bash("head -c 300M /dev/zero > \"$1\"", scene.source().resolve("zeros")).output();
    scene.update(scene.config()).expect(0);
    try (LoopVolume small = LoopVolume.create(128L << 20)) {
      Path target = Files.createDirectory(small.path().resolve("target"));
      Result result = scene.restore(scene.config(), target).expect(1);
      assertThat(result.stderr()).contains("No space left on device", "kept, complete");
      assertThat(Scene.subvolumes(target)).isEmpty();
      Path hidden = target.resolve(".btrfs2s3-restoring").resolve("received");
      assertThat(Scene.subvolumes(hidden)).singleElement().asString().endsWith(".done");
    }
  }
}
