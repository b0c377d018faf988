package org.btrfs2s3.it.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.lab.RemoteKind;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.Upload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Somebody copies a backup beside itself, and the copying breaks off: no command may delete the
 * good object, or advise to (invariants 3 and 11).
 */
class DuplicatesTest {

  /** A backup on a remote. */
  private record Scene(Lab lab, Remote remote, Path config, String key) implements AutoCloseable {

    static Scene on(RemoteKind kind) throws IOException {
      kind.assume();
      Lab lab = Lab.create();
      Remote remote = kind.orSkip(lab.work());
      Path config =
          remote
              .addTo(ConfigFile.inZone(Lab.ZONE), "there")
              .source(lab.source(), lab.snapshots(), Upload.to("there", Lab.POLICY))
              .write(lab.work());
      lab.write("file", "content");
      Btrfs2s3.runHere(config, "update", "--force").expect(0);
      return new Scene(lab, remote, config, remote.keys().getFirst());
    }

    Result run(Object... arguments) {
      return Btrfs2s3.runHere(config, arguments);
    }

    byte[] content() throws IOException {
      return remote.get(key);
    }

    byte[] part() throws IOException {
      return Arrays.copyOf(content(), 100);
    }

    Map<String, List<Byte>> everything() throws IOException {
      Map<String, List<Byte>> everything = new TreeMap<>();
      for (String each : remote.keys()) {
        byte[] bytes = remote.get(each);
        everything.put(each, Arrays.asList(boxed(bytes)));
      }
      return everything;
    }

    private static Byte[] boxed(byte[] bytes) {
      Byte[] boxed = new Byte[bytes.length];
      Arrays.setAll(boxed, i -> bytes[i]);
      return boxed;
    }

    void requireRestorable() throws IOException {
      Path target = lab.newTarget();
      run("restore", "--remote", "there", "--to", target, "--latest").expect(0);
      try (var restored = Files.list(target)) {
        assertThat(restored.findFirst().orElseThrow().resolve("file")).hasContent("content");
      }
    }

    @Override
    public void close() throws IOException {
      try (lab;
          remote) {
        lab.deleteRestored();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DIRECTORY", "S3PROXY"})
  void anInterruptedCopyNeitherCountsNorCostsTheOriginal(RemoteKind kind) throws IOException {
    try (Scene scene = Scene.on(kind)) {
      String copy = scene.key().replace(".zst", ".copy.zst");
      assertThat(copy).isLessThan(scene.key());
      scene.remote().put(copy, scene.part());
      var before = scene.everything();

      scene.requireRestorable();
      Result verified = scene.run("verify", "--remote", "there", "--level", "data").expect(0);
      assertThat(verified.stdout()).contains(copy, "this one is damaged");
      assertThat(verified.stdout()).doesNotContain("gc --duplicates");
      Result collected = scene.run("gc", "--duplicates", "--force");
      assertThat(collected.exitCode()).isNotZero();
      assertThat(collected.stderr() + collected.stdout())
          .contains(copy + " (100 bytes)", scene.key(), "not deleted");
      scene.run("update", "--force");

      assertThat(scene.everything()).isEqualTo(before);
      scene.requireRestorable();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DIRECTORY", "S3PROXY"})
  void aWholeCopyTakesThePlaceOfADamagedOriginal(RemoteKind kind) throws IOException {
    try (Scene scene = Scene.on(kind)) {
      String copy = scene.key().replace(".zst", ".copy.zst");
      scene.remote().put(copy, scene.content());
      scene.remote().put(scene.key(), scene.part());
      var before = scene.everything();

      Result verified = scene.run("verify", "--remote", "there", "--level", "data").expect(1);
      assertThat(verified.stdout()).contains("this one is whole", "keep this one");
      Result restored =
          scene.run(
              "verify", "--remote", "there", "--level", "restore", "--scratch", scene.lab().work());
      assertThat(restored.exitCode()).as("%s", restored).isEqualTo(1);
      assertThat(restored.stdout()).contains("this one is whole");
      scene.run("gc", "--duplicates", "--force");

      assertThat(scene.everything()).isEqualTo(before);
      scene.requireRestorable();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DIRECTORY", "S3PROXY"})
  void aWholeCopyGoes(RemoteKind kind) throws IOException {
    try (Scene scene = Scene.on(kind)) {
      String copy = scene.key().replace(".zst", ".copy.zst");
      scene.remote().put(copy, scene.content());

      scene.run("gc", "--duplicates", "--force").expect(0);

      assertThat(scene.remote().keys()).containsExactly(scene.key());
      scene.requireRestorable();
    }
  }

  @Test
  void ofTwoFilesWithOneKeyNoneIsDeleted() throws IOException {
    try (Scene scene = Scene.on(RemoteKind.DIRECTORY)) {
      String escaped = scene.key().replace(":", "%3A");
      scene.remote().put(escaped, scene.part());
      var before = scene.everything();

      scene.run("gc", "--duplicates", "--force").expect(0);
      Result verified = scene.run("verify", "--remote", "there").expect(0);

      assertThat(verified.stdout()).contains("two files have one key", escaped);
      assertThat(scene.everything()).isEqualTo(before);
      scene.requireRestorable();
    }
  }
}
