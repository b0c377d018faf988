package org.btrfs2s3.it.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.junit.jupiter.api.Test;

/** What the next runs heal, and what they work around; invariants 3 and 12. */
class HealingTest {
  @Test
  void deletedParentIsUploadedAgain() throws Exception {
    try (Scene scene = Scene.create()) {
      String full = backUpTwice(scene);
      scene.bucket().delete(full);
      scene.restore(scene.config(), scene.newTarget()).expect(1);

      scene.update(scene.config()).expect(0);
      assertThat(scene.bucket().keys()).hasSize(2).contains(full);
      assertRestores(scene);
    }
  }

  @Test
  void childOfAParentThatIsLostForGoodIsReplaced() throws Exception {
    try (Scene scene = Scene.create()) {
      String full = backUpTwice(scene);
      scene.bucket().delete(full);
      Path oldest = scene.snapshots().resolve(Scene.subvolumes(scene.snapshots()).getFirst());
      Program.of("btrfs", "-q", "subvolume", "delete", oldest).output();
      String broken = scene.bucket().keys().first();

      scene.update(scene.config());
      scene.update(scene.config()).expect(0);
      assertThat(scene.bucket().keys()).hasSize(1).doesNotContain(broken);
      assertRestores(scene);
    }
  }

  /** The key of the full one; the other is a differential to it. */
  private static String backUpTwice(Scene scene) throws IOException {
    scene.update(scene.config()).expect(0);
    String full = scene.bucket().keys().first();
    scene.write("file", "second");
    scene.update(scene.config()).expect(0);
    assertThat(scene.bucket().keys()).hasSize(2);
    return full;
  }

  private static void assertRestores(Scene scene) throws IOException {
    Path target = scene.newTarget();
    scene.restore(scene.config(), target).expect(0);
    assertThat(Scene.only(target).resolve("file")).hasContent("second");
  }

  @Test
  void unreadableSnapshotIsKeptAndTheNextTakesItsPlace() throws Exception {
    try (Scene scene = Scene.create("--data", "single")) {
      String marker = "a marker that is found in the image ".repeat(1000);
      scene.write("file", marker);
      Program.of("btrfs", "filesystem", "sync", scene.volume().path()).output();
      damage(scene.volume().image(), marker);

      Result failed = scene.update(scene.config()).expect(1);
      assertThat(failed.stderr()).contains("Input/output error");
      assertThat(scene.bucket().keys()).isEmpty();
      assertThat(scene.bucket().unfinishedUploads()).isEmpty();
      assertThat(Scene.subvolumes(scene.snapshots())).hasSize(1);

      scene.write("file", "second");
      Result again = scene.update(scene.config()).expect(3);
      assertThat(again.stderr()).contains("Input/output error");
      assertThat(scene.bucket().keys()).hasSize(1);
      assertThat(Scene.subvolumes(scene.snapshots())).as("the bad one is kept").hasSize(2);
      assertRestores(scene);
    }
  }

  /** Flips a bit of every copy of a text, and lets the kernel forget what it has read. */
  private static void damage(Path image, String text) throws IOException {
    String offsets =
        Program.of(
                "grep", "--text", "--byte-offset", "--only-matching", text.substring(0, 100), image)
            .output();
    assertThat(offsets).as("places of the text").isNotEmpty();
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      for (String line : offsets.lines().toList()) {
        file.seek(Long.parseLong(line.substring(0, line.indexOf(':'))));
        file.write("A".getBytes(UTF_8));
      }
      file.getFD().sync();
    }
    Program.bash("echo 3 > /proc/sys/vm/drop_caches").output();
  }
}
