package org.btrfs2s3.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.RunningProgram;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.tree.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A directory remote on a real disk that runs full amid an upload, or whose writer is killed:
 * nothing wrong becomes visible, what was there stays, and the next run heals. (Invariants 1, 2, 3,
 * 4, 11.)
 */
class FullRemoteTest {
  private static final String ID = "usb";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long DISK_BYTES = 96 << 20;
  private static final int NOISE_BYTES = 12 << 20;

  /** Less than what a backup of the noise takes, and more than what its file names take. */
  private static final int LEFT_BYTES = 5 << 20;

  private record Scene(Lab lab, LoopVolume disk, Remote.InDirectory remote, Path config)
      implements AutoCloseable {
    static Scene create(Map<String, Object> uploadKeys) throws IOException {
      Lab lab = Lab.create();
      LoopVolume disk = LoopVolume.create(DISK_BYTES, "--mixed");
      Remote.InDirectory remote = Remote.InDirectory.create(disk.path().resolve("backups"));
      Upload upload = Upload.to(ID, Lab.POLICY);
      for (Map.Entry<String, Object> key : uploadKeys.entrySet()) {
        upload = upload.with(key.getKey(), key.getValue());
      }
      ConfigFile config = remote.addTo(ConfigFile.inZone(Lab.ZONE), ID);
      config.source(lab.source(), lab.snapshots(), upload);
      return new Scene(lab, disk, remote, config.write(lab.work()));
    }

    Result run(Object... arguments) {
      return Btrfs2s3.runHere(config, arguments);
    }

    Result update() {
      return run("update", "--force");
    }

    Result repair(UUID backup) {
      return run("repair", "--remote", ID, "--backup", backup, "--force");
    }

    void writeNoise(long seed) throws IOException {
      byte[] noise = new byte[NOISE_BYTES];
      new Random(seed).nextBytes(noise);
      lab.awaitNewSecond();
      Files.write(lab.source().resolve("noise"), noise);
    }

    private Path filler() {
      return disk.path().resolve("filler");
    }

    void fill() {
      // A full btrfs deletes a file, but shortens none.
      Program.bash(
              "head -c \"$2\" /dev/zero > \"$1.spare\"; sync -f \"$1.spare\";"
                  + " cat /dev/zero > \"$1\" 2> /dev/null || sync -f \"$1\";"
                  + " rm \"$1.spare\"; sync -f \"$1\"",
              filler(),
              LEFT_BYTES)
          .output();
    }

    void makeRoom() throws IOException {
      Files.delete(filler());
      Program.of("sync", "-f", disk.path()).output();
    }

    /** Everything visible, byte by byte. */
    SortedMap<String, Integer> contents() throws IOException {
      SortedMap<String, Integer> contents = new TreeMap<>();
      for (String key : remote.keys()) {
        contents.put(key, Arrays.hashCode(remote.get(key)));
      }
      return contents;
    }

    void assertIsHealthy() throws IOException {
      run("verify", "--remote", ID, "--level", "data").expect(0);
      Map<UUID, Manifest> manifests = lab.snapshotManifests();
      Path target = lab.newTarget();
      run("restore", "--remote", ID, "--to", target, "--all").expect(0);
      Restored.assertIdentical(manifests, target);
      assertThat(remote.unfinished()).isEmpty();
    }

    @Override
    public void close() throws IOException {
      try (lab;
          disk) {
        // Closes both, whatever fails.
      }
    }
  }

  private static void assertFails(Result result) {
    assertThat(result.exitCode()).as(result.toString()).isIn(1, 3);
    assertThat(result.stderr())
        .contains("remote " + ID, "No space left on device", "bytes are free")
        .doesNotContain("\tat ", "Exception");
  }

  private static UUID uuid(String key) {
    return BackupKey.decode(key).backup().orElseThrow().identity().uuid();
  }

  private static Map<String, Object> inSegments(String size) {
    return size.isEmpty() ? Map.of() : Map.of("segment_size", size);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2MiB"})
  void updateThatFillsTheDiskMakesNothingVisibleAndTheNextOneHeals(String segments)
      throws Exception {
    try (Scene scene = Scene.create(inSegments(segments))) {
      scene.lab().write("file", "first");
      scene.update().expect(0);
      SortedMap<String, Integer> before = scene.contents();
      scene.writeNoise(1);
      scene.fill();

      assertFails(scene.update());

      assertThat(scene.contents()).containsAllEntriesOf(before);
      assertThat(scene.remote().keys())
          .filteredOn(key -> !before.containsKey(key))
          .allMatch(key -> key.contains(".atmp") && !key.contains(".commit"));
      assertThat(scene.remote().unfinished()).isEmpty();
      assertThat(scene.lab().listSnapshots()).as("kept").hasSize(2);
      scene.makeRoom();
      scene.update().expect(0);
      scene.assertIsHealthy();
    }
  }

  @Test
  void repairThatFillsTheDiskLeavesWhatItWasToReplace() throws Exception {
    try (Scene scene = Scene.create(Map.of())) {
      scene.writeNoise(1);
      scene.update().expect(0);
      String full = scene.remote().keys().getFirst();
      scene.lab().write("file", "second");
      scene.update().expect(0);
      byte[] damaged = scene.remote().get(full);
      damaged[damaged.length / 2] ^= 1;
      scene.remote().put(full, damaged);
      SortedMap<String, Integer> before = scene.contents();
      scene.fill();

      assertFails(scene.repair(uuid(full)));

      assertThat(scene.contents()).isEqualTo(before);
      assertThat(scene.remote().unfinished()).isEmpty();
      scene.makeRoom();
      scene.repair(uuid(full)).expect(0);
      scene.assertIsHealthy();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"repair", "gc"})
  void whatAKilledRepairWasWritingIsRemovedThoughThereIsNothingElseToDo(String next)
      throws Exception {
    try (Scene scene = Scene.create(Map.of("upload_limit", "2MB/s"))) {
      scene.lab().write("file", "first");
      scene.update().expect(0);
      scene.writeNoise(1);
      scene.run("update", "--force", "--no-upload").expect(0);
      String key = scene.remote().keys().getFirst();
      kill(scene, "update", "--force");
      assertThat(scene.remote().unfinished()).hasSize(1);

      // Invariant 5.
      scene.run(next, "--pretend").expect(0);
      assertThat(scene.remote().unfinished()).hasSize(1);
      scene.run(next, "--force").expect(0);

      assertThat(scene.remote().unfinished()).isEmpty();
      assertThat(scene.remote().keys()).containsExactly(key);
    }
  }

  /** As soon as it writes. */
  private static void kill(Scene scene, Object... arguments) throws Exception {
    try (RunningProgram running = Btrfs2s3.withConfig(scene.config()).with(arguments).start()) {
      while (!isWriting(scene)) {
        assertThat(running.isRunning()).as("ended too early").isTrue();
        Thread.sleep(10);
      }
      running.kill("KILL");
      running.await(PATIENCE);
    }
  }

  private static boolean isWriting(Scene scene) throws IOException {
    Path staging = scene.remote().path().resolve(".tmp");
    if (!Files.exists(staging)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(staging)) {
      return files.anyMatch(Files::isRegularFile);
    }
  }
}
