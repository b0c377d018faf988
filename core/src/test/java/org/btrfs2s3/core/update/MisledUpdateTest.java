package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.Chain;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.store.ObjectKey;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An update that is shown less than there is deletes nothing that it would have kept had it seen
 * everything (invariants 2 and 3).
 */
final class MisledUpdateTest {

  private static final int DAYS = 40;

  @TempDir private Path directory = Path.of("");

  private World world(String name, String policy) throws Exception {
    var world = World.of(Files.createDirectory(directory.resolve(name)), policy);
    for (int day = 0; day < DAYS; day++) {
      world.write("data").run();
      world.later(Duration.ofDays(1));
    }
    return world.write("data");
  }

  private static Set<UUID> restorable(World world) throws Exception {
    Map<UUID, BackupIdentity> backups = new HashMap<>();
    Catalog.of(world.store("one").list().objects())
        .backups()
        .forEach(backup -> backups.put(backup.uuid(), backup.identity()));
    Set<UUID> restorable = new TreeSet<>(backups.keySet());
    restorable.removeIf(uuid -> !(Chain.of(uuid, backups::get) instanceof Chain.Complete));
    return restorable;
  }

  @ParameterizedTest
  @ValueSource(strings = {"1w 10d", "1m 20d", "1y 3m 10d"})
  void anEmptySnapshotsDirectoryCostsNoBackup(String policy) throws Exception {
    var right = world("right", policy);
    var misled = world("misled", policy);
    misled.lookIn("data", Files.createDirectory(directory.resolve("empty")));
    var before = restorable(right);
    right.run();
    misled.run();

    var kept = restorable(right);
    kept.retainAll(before);
    assertThat(restorable(misled)).containsAll(kept);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1w 10d", "1m 20d", "1y 3m 10d"})
  void aRemoteThatShowsHalfOfItsObjectsLosesNoneOfTheOthers(String policy) throws Exception {
    for (long seed = 0; seed < 12; seed++) {
      var right = world("right" + policy + seed, policy);
      var misled = world("misled" + policy + seed, policy);
      var before = restorable(right);
      if (seed % 2 == 0) {
        for (var entry : List.copyOf(misled.entries("data"))) {
          misled.btrfs.delete(misled.snapshots("data"), entry.name(), entry.info().uuid());
        }
      }
      Map<ObjectKey, byte[]> hidden = new HashMap<>();
      var store = misled.store("one");
      var random = new Random(seed);
      for (var key : store.keys()) {
        if (seed < 2
            ? key.value().contains(".sndp") && !key.value().contains(".sndp0000")
            : random.nextBoolean()) {
          hidden.put(key, store.content(key));
          store.hide(key);
        }
      }
      right.run();
      misled.run();
      hidden.forEach((key, content) -> store.put(key, content, Map.of()));

      var kept = restorable(right);
      kept.retainAll(before);
      assertThat(restorable(misled)).as("seed %d", seed).containsAll(kept);
    }
  }
}
