package org.btrfs2s3.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.RunningProgram;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.tree.Manifest;
import org.junit.jupiter.api.Test;

/** What the local file system or somebody on this machine does to a run. (Invariants 1, 4, 12.) */
class LocalFaultsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** More than what waits between {@code btrfs send} and a filter. */
  private static final int STREAM_BYTES = 48 << 20;

  @Test
  void fullVolumeIsNotSnapshottedUntilThereIsRoom() throws Exception {
    try (Scene scene = Scene.ofSize(LoopVolume.SMALL / 2, "--mixed")) {
      Path filler = scene.volume().path().resolve("filler");
      Program.bash("cat /dev/zero > \"$1\" 2> /dev/null || sync -f \"$1\"", filler).output();
      assertFails(scene.update(scene.config()), "No space left on device");
      assertNothingStored(scene);
      assertThat(Scene.subvolumes(scene.snapshots())).isEmpty();
      Files.delete(filler);
      assertNextUpdateBacksUp(scene);
    }
  }

  @Test
  void readOnlyVolumeIsNotSnapshottedUntilItIsWritable() throws Exception {
    try (Scene scene = Scene.create()) {
      remount(scene, "ro");
      assertFails(scene.update(scene.config()), "Read-only file system");
      assertNothingStored(scene);
      remount(scene, "rw");
      assertNextUpdateBacksUp(scene);
    }
  }

  /** What is due can still be uploaded. */
  @Test
  void volumeThatBecameReadOnlyIsStillUploaded() throws Exception {
    try (Scene scene = Scene.create()) {
      scene.program(scene.config()).with("update", "--force", "--no-upload").run().expect(0);
      remount(scene, "ro");
      scene.update(scene.config()).expect(0);

      assertThat(scene.bucket().keys()).hasSize(1);
      remount(scene, "rw");
      assertNextUpdateBacksUp(scene);
    }
  }

  private static void remount(Scene scene, String mode) {
    Program.of("mount", "-o", "remount," + mode, scene.volume().path()).output();
  }

  @Test
  void snapshotCannotBeDeletedWhileItIsSent() throws Exception {
    try (Scene scene = Scene.create();
        HeldUpdate update = HeldUpdate.start(scene, Filter.READS_SLOWLY)) {
      Result deletion = delete(scene);
      assertThat(deletion.exitCode()).as(deletion.toString()).isNotZero();

      update.goOn().expect(0);
      assertNextUpdateBacksUp(scene);
    }
  }

  @Test
  void snapshotThatWasDeletedBeforeTheCommitIsNotCommitted() throws Exception {
    try (Scene scene = Scene.create();
        HeldUpdate update = HeldUpdate.start(scene, Filter.READS_ALL_FIRST)) {
      delete(scene).expect(0);
      assertFails(update.goOn(), "deleted");
      assertNothingStored(scene);
      assertNextUpdateBacksUp(scene);
    }
  }

  @Test
  void killedSendStoresNothing() throws Exception {
    try (Scene scene = Scene.create();
        HeldUpdate update = HeldUpdate.start(scene, Filter.READS_SLOWLY)) {
      update.killChild(Child.SEND);
      assertFails(update.goOn(), "SIGKILL");
      assertNothingStored(scene);
      assertThat(Scene.subvolumes(scene.snapshots())).as("kept").hasSize(1);
      assertNextUpdateBacksUp(scene);
    }
  }

  @Test
  void killedFilterStoresNothing() throws Exception {
    try (Scene scene = Scene.create();
        HeldUpdate update = HeldUpdate.start(scene, Filter.READS_SLOWLY)) {
      update.killChild(Child.FILTER);
      assertFails(update.goOn(), "signal 9");
      assertNothingStored(scene);
      assertThat(Scene.subvolumes(scene.snapshots())).as("kept").hasSize(1);
      assertNextUpdateBacksUp(scene);
    }
  }

  private static Result delete(Scene scene) throws IOException {
    return Program.of("btrfs", "subvolume", "delete", Scene.only(scene.snapshots())).run();
  }

  /** In whole or in part; it says why, and for whom. */
  private static void assertFails(Result result, String words) {
    assertThat(result.exitCode()).as(result.toString()).isIn(1, 3);
    assertThat(result.stderr()).contains(words, "/data").doesNotContain("\tat ");
  }

  private static void assertNothingStored(Scene scene) {
    assertThat(scene.bucket().keys()).isEmpty();
    assertThat(scene.bucket().unfinishedUploads()).isEmpty();
  }

  private static void assertNextUpdateBacksUp(Scene scene) throws IOException {
    scene.update(scene.config()).expect(0);
    assertThat(scene.bucket().keys()).hasSize(1);
    UUID snapshot = new KernelBtrfs().list(scene.snapshots()).getFirst().info().uuid();
    Path target = scene.newTarget();
    scene.restore(scene.config(), target).expect(0);
    Restored.assertIdentical(Map.of(snapshot, Manifest.of(scene.source())), target);
  }

  /** Filters that pass everything on, but stop at some point until they are told to go on. */
  private enum Filter {
    READS_SLOWLY("head -c 1000000; touch '%1$s'; until [ -e '%2$s' ]; do sleep 0.05; done; cat"),
    READS_ALL_FIRST(
        "cat > '%1$s.all'; touch '%1$s'; until [ -e '%2$s' ]; do sleep 0.05; done;"
            + " cat '%1$s.all'");

    private final String script;

    Filter(String script) {
      this.script = script;
    }

    List<List<String>> commands(Path stopped, Path goOn) {
      return List.of(List.of("sh", "-c", script.formatted(stopped, goOn)));
    }
  }

  private enum Child {
    SEND,
    FILTER
  }

  /** An update that is amid an upload, until it is told to go on. */
  private record HeldUpdate(RunningProgram running, Path goOnFile) implements AutoCloseable {
    static HeldUpdate start(Scene scene, Filter filter) throws IOException {
      byte[] noise = new byte[STREAM_BYTES];
      new Random(1).nextBytes(noise);
      Files.write(scene.source().resolve("noise"), noise);
      Path stopped = scene.work().resolve("stopped");
      Path goOn = scene.work().resolve("go-on");
      ConfigFile config =
          scene
              .config(
                  Upload.to(Scene.REMOTE, Scene.POLICY)
                      .pipedThrough(filter.commands(stopped, goOn))
                      .restoredThrough(List.of(List.of("cat"))))
              .s3Remote(Scene.REMOTE, scene.bucket());
      RunningProgram running = scene.program(config).with("update", "--force").start();
      while (!Files.exists(stopped)) {
        if (!running.isRunning()) {
          throw new AssertionError("ended too early: " + running.await(PATIENCE));
        }
        Thread.onSpinWait();
      }
      return new HeldUpdate(running, goOn);
    }

    void killChild(Child which) {
      ProcessHandle child =
          ProcessHandle.of(running.pid())
              .orElseThrow()
              .children()
              .filter(process -> isSend(process) == (which == Child.SEND))
              .findFirst()
              .orElseThrow(() -> new AssertionError("no child: " + which));
      child.destroyForcibly();
      child.onExit().join();
    }

    private static boolean isSend(ProcessHandle process) {
      return process.info().command().orElse("").endsWith("/btrfs");
    }

    Result goOn() throws IOException {
      Files.createFile(goOnFile);
      return running.await(PATIENCE);
    }

    @Override
    public void close() {
      running.close();
    }
  }
}
