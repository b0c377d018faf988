package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.plan.RepairScope;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.junit.jupiter.api.io.TempDir;

/** Chains of backups that something happens to, and their repair. */
abstract class Repairing {

  static final long WHOLE = 1 << 20;
  static final long SEGMENT_BYTES = 60;

  @TempDir Path directory = Path.of("");

  /** A year's full backup, a month's against that, and a day's against that. */
  record Scene(
      World world, String source, UUID full, UUID middle, UUID last, List<RemoteSetup> others) {

    MemoryStore store() {
      return world.store("one");
    }

    ObjectKey key(UUID uuid) {
      return world.key("one", uuid);
    }

    List<ObjectKey> keys(UUID uuid) {
      return store().keys().stream().filter(key -> key.value().contains(".uuid" + uuid)).toList();
    }

    BackupIdentity identity(UUID uuid) {
      return BackupKey.decode(keys(uuid).getFirst().value()).backup().orElseThrow().identity();
    }

    /** As a disk does. */
    Scene flip(ObjectKey key) {
      var content = store().content(key);
      content[content.length / 2] ^= 1;
      store().put(key, content, store().metadata(key));
      return this;
    }

    Scene deleteSnapshot(UUID uuid) throws Exception {
      for (SubvolumeEntry entry : world.entries(source)) {
        if (entry.info().uuid().equals(uuid)) {
          world.btrfs.delete(world.snapshots(source), entry.name(), uuid);
        }
      }
      return this;
    }

    Repair repair() {
      return new Repair(world.setup(), new Machine(world.btrfs, world::now, () -> true), others);
    }

    RepairReport run(RepairScope scope) throws Exception {
      return run(scope, _ -> true);
    }

    RepairReport run(RepairScope scope, RepairApproval approval) throws Exception {
      world.events.clear();
      return repair().run(scope, Duration.ZERO, approval, world.events::add);
    }
  }

  Scene scene(long segmentBytes) throws Exception {
    var world = new World(Files.createTempDirectory(directory, "world"));
    return scene(world.segmented(segmentBytes).remote("one"), "data");
  }

  static Scene scene(World world, String source) throws Exception {
    var full = world.source(source, Map.of("one", "1y 12m 30d")).backUp(source);
    var middle = world.later(Duration.ofDays(30)).backUp(source);
    var last = world.later(Duration.ofDays(1)).backUp(source);
    var scene = new Scene(world, source, full, middle, last, new ArrayList<>());
    assertThat(scene.identity(middle).sendParent()).isEqualTo(full);
    assertThat(scene.identity(last).sendParent()).isEqualTo(middle);
    return scene;
  }

  Scene scene() throws Exception {
    return scene(WHOLE);
  }

  static RepairScope listed() {
    return new RepairScope(Map.of(), false);
  }

  static RepairScope damaged(UUID... uuids) {
    return new RepairScope(Map.of(new RemoteId("one"), Set.of(uuids)), false);
  }

  static RepairScope collecting(RepairScope scope) {
    return new RepairScope(scope.damaged(), true);
  }

  void requireWhole(Scene scene) throws Exception {
    var invariants =
        new Invariants(scene.world(), Files.createTempDirectory(directory, "received"));
    invariants.requireRestorable();
    invariants.requireNoGarbage();
    invariants.requireNothingToDo();
  }
}
