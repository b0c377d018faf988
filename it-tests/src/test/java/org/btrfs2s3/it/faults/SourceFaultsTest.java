package org.btrfs2s3.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.Upload;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sources and snapshots directories that are not as they should be; invariants 9, 10 and 12. */
class SourceFaultsTest {
  private Scene scene;

  @BeforeEach
  void create() throws IOException {
    scene = Scene.create();
  }

  @AfterEach
  void close() throws IOException {
    scene.close();
  }

  private ConfigFile config(Path source, Path snapshots) {
    return ConfigFile.inZone(Scene.ZONE)
        .source(source, snapshots, Upload.to(Scene.REMOTE, Scene.POLICY))
        .s3Remote(Scene.REMOTE, scene.bucket());
  }

  @Test
  void missingSnapshotsDirectoryIsNamed() throws Exception {
    Path missing = scene.volume().path().resolve("missing");
    Result result = scene.update(config(scene.source(), missing)).expect(1);
    assertThat(result.stderr()).contains(missing.toString()).doesNotContain("\tat ");
    assertThat(scene.bucket().keys()).isEmpty();

    Files.createDirectory(missing);
    scene.update(config(scene.source(), missing)).expect(0);
  }

  @Test
  void plainDirectoryIsNoSource() throws Exception {
    Path plain = Files.createDirectory(scene.volume().path().resolve("plain"));
    Result result = scene.update(config(plain, scene.snapshots())).expect(1);
    assertThat(result.stderr()).contains(plain.toString()).doesNotContain("\tat ");
    assertThat(scene.bucket().keys()).isEmpty();

    scene.update(config(scene.source(), scene.snapshots())).expect(0);
  }

  @Test
  void receivedSourceIsRefusedWithTheWayOut() throws Exception {
    Path received = scene.volume().path().resolve("received/sent");
    Program.bash(
            """
            mkdir "$1/received"
            btrfs -q subvolume snapshot -r "$2" "$1/sent"
            btrfs -q send "$1/sent" | btrfs -q receive "$1/received"
            """,
            scene.volume().path(),
            scene.source())
        .output();
    Result result = scene.update(config(received, scene.snapshots())).expect(1);
    assertThat(result.stderr()).contains(received.toString(), "writable snapshot");
    assertThat(scene.bucket().keys()).isEmpty();

    Path writable = scene.volume().path().resolve("writable");
    Program.of("btrfs", "-q", "subvolume", "snapshot", received, writable).output();
    scene.update(config(writable, scene.snapshots())).expect(0);
    assertThat(scene.bucket().keys()).hasSize(1);
  }

  /** What made the Python tool hang, crash, or refuse every later run. */
  @Test
  void strangeThingsBesideTheSnapshotsBlockNothingAndStay() throws Exception {
    String list = "cd \"$1\"; ls -A1bi | grep -v ' data[.]'";
    Program.bash(
            """
            cd "$1"
            mkfifo fifo data.2026-01-01T00:00:00+00:00.5
            ln -s nowhere dangling
            touch file data.NEW.77
            mkdir directory $'\\xff\\xfe'
            btrfs -q subvolume create writable
            btrfs -q subvolume snapshot -r "$2" users-own
            python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")' || true
            """,
            scene.snapshots(),
            scene.source())
        .output();
    String before = Program.bash(list, scene.snapshots()).output();
    scene.update(scene.config()).expect(0);
    scene.write("file", "second");
    scene.update(scene.config()).expect(0);

    assertThat(scene.bucket().keys()).hasSize(2);
    assertThat(Program.bash(list, scene.snapshots()).output()).isEqualTo(before);
  }

  @Test
  void snapshotThatAKilledRunLeftIsUsed() throws Exception {
    Path left = scene.snapshots().resolve("data.NEW.123");
    Program.of("btrfs", "-q", "subvolume", "snapshot", "-r", scene.source(), left).output();
    scene.update(scene.config()).expect(0);

    assertThat(left).doesNotExist();
    assertThat(scene.bucket().keys()).hasSize(1);
    assertThat(scene.update(scene.config()).expect(0).stdout()).doesNotContain("upload 2");
  }

  @Test
  void namesThatWouldCollideAreConfigErrors() throws Exception {
    Path other = Files.createDirectory(scene.volume().path().resolve("other")).resolve("data");
    Program.of("btrfs", "-q", "subvolume", "create", other).output();
    Upload upload = Upload.to(Scene.REMOTE, Scene.POLICY);

    Result result = scene.update(scene.config().source(other, scene.snapshots(), upload)).expect(4);
    assertThat(result.stderr()).contains("same names", "'name'");
    scene
        .update(scene.config().source(other, scene.snapshots(), Map.of("name", "other"), upload))
        .expect(0);
    assertThat(scene.bucket().keys()).hasSize(2);
  }

  @Test
  void rootNeedsAName() throws Exception {
    Path root = Path.of("/");
    Result result = scene.update(config(root, scene.snapshots())).expect(4);
    assertThat(result.stderr()).contains("name");
    ConfigFile named =
        ConfigFile.inZone(Scene.ZONE)
            .source(
                root,
                scene.snapshots(),
                Map.of("name", "root"),
                Upload.to(Scene.REMOTE, Scene.POLICY))
            .s3Remote(Scene.REMOTE, scene.bucket());
    scene.program(named).with("check-config").run().expect(0);
  }

  @Test
  void foreignAndCopiedObjectsStayAndStopNothing() throws Exception {
    scene.update(scene.config()).expect(0);
    String ours = scene.bucket().keys().first();
    byte[] content = scene.bucket().get(ours);
    List<String> strange =
        List.of("archive/" + ours.replace("data.", "copy."), "notes.txt", "data.ctim-not-a-key");
    strange.forEach(key -> scene.bucket().put(key, content));
    scene.write("file", "second");

    Result result = scene.update(scene.config()).expect(0);
    assertThat(result.stdout() + result.stderr()).contains("is a second object of backup");
    scene.update(scene.config()).expect(0);
    assertThat(scene.bucket().keys()).hasSize(2 + strange.size()).containsAll(strange);
    strange.forEach(key -> assertThat(scene.bucket().get(key)).isEqualTo(content));
  }

  @Test
  void snapshotsInASubvolumeInsideTheSourceAreNotMentioned() throws Exception {
    Path inside = scene.source().resolve(".snapshots");
    Program.of("btrfs", "subvolume", "create", inside).output();
    ConfigFile config = config(scene.source(), inside);

    assertThat(scene.update(config).expect(0).stdout()).doesNotContain("note:");
    assertThat(scene.update(config).expect(0).stdout())
        .contains("nothing to be done")
        .doesNotContain("note:");
  }

  @Test
  void snapshotsInAPlainDirectoryInsideTheSourceAreWarnedOf() throws Exception {
    Path inside = Files.createDirectory(scene.source().resolve(".snapshots"));

    assertThat(scene.update(config(scene.source(), inside)).expect(0).stdout())
        .contains("its snapshots directory lies inside it")
        .doesNotContain("not part of its backups");
  }

  @Test
  void sourceThatWasReplacedByItsOwnWritableSnapshotStartsANewTree() throws Exception {
    scene.update(scene.config()).expect(0);
    Path copy = scene.volume().path().resolve("copy");
    Program.of("btrfs", "subvolume", "snapshot", scene.source(), copy).output();
    Program.of("btrfs", "subvolume", "delete", scene.source()).output();
    Files.move(copy, scene.source());
    scene.write("file", "second");

    scene.update(scene.config()).expect(0);
    assertThat(scene.bucket().keys())
        .hasSize(2)
        .allMatch(key -> key.contains(".sndp00000000-0000-0000-0000-000000000000."));
    assertThat(scene.update(scene.config()).expect(0).stdout()).contains("nothing to be done");
  }
}
