package org.btrfs2s3.it.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.program.Program;
import org.junit.jupiter.api.Test;

/**
 * The judge is judged: the Python tool's backups, received by plain tools, are what its manifests
 * say. (Invariant 8.)
 */
class GoldenBucketTest {
  @Test
  void chainsAreFourDeepWithParentsFirst() {
    Map<UUID, Integer> depths = new HashMap<>();
    for (Golden.Backup backup : Golden.backups()) {
      UUID parent = backup.sendParent();
      assertThat(parent == null || depths.containsKey(parent)).as(backup.key()).isTrue();
      depths.put(backup.uuid(), parent == null ? 1 : depths.getOrDefault(parent, 0) + 1);
    }
    assertThat(depths).hasSize(9);
    assertThat(depths.values()).contains(4);
  }

  @Test
  void receivedByPlainToolsEqualsItsManifests() throws Exception {
    LoopVolume.assume();
    try (LoopVolume volume = LoopVolume.create(512L << 20)) {
      List<Golden.Backup> backups = Golden.backups();
      for (Golden.Backup backup : backups) {
        Path directory = Files.createDirectory(volume.path().resolve(backup.uuid().toString()));
        receive(backup, directory);
        Manifest received = Manifest.of(onlyChild(directory));

        assertThat(Manifest.difference(backup.manifest(), received)).as(backup.key()).isEmpty();
      }
      // The twin: a neighbour in the chain is not the same.
      Path newest = volume.path().resolve(backups.getLast().uuid().toString());
      assertThat(
              Manifest.difference(
                  backups.get(backups.size() - 2).manifest(), Manifest.of(onlyChild(newest))))
          .isNotEmpty();
    }
  }

  private static void receive(Golden.Backup backup, Path directory) throws IOException {
    Path stream = directory.resolve("stream");
    try (InputStream object = backup.open()) {
      assertThat(Files.copy(object, stream)).isEqualTo(backup.size());
    }
    Program.bash("btrfs receive \"$2\" < \"$1\"; rm \"$1\"", stream, directory).output();
  }

  private static Path onlyChild(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.reduce((a, b) -> fail(a, b)).orElseThrow();
    }
  }

  private static Path fail(Path one, Path other) {
    throw new AssertionError("two entries: " + one + ", " + other);
  }
}
