package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.Chain;
import org.btrfs2s3.core.btrfs.DeviceAccess;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.StoredObject;
import org.btrfs2s3.core.testing.FakeBtrfs;

/** Looks at the fakes alone, never at what a planner or a run says. */
final class Invariants {

  private final World world;
  private final Path scratch;

  /**
   * @param scratch an empty directory
   */
  Invariants(World world, Path scratch) {
    this.world = world;
    this.scratch = scratch;
  }

  /**
   * Every backup on every remote has a whole chain (3), which decodes to what it was made of (1).
   */
  void requireRestorable() throws IOException, InterruptedException {
    for (var remote : world.stores.entrySet()) {
      requireRestorable(remote.getKey(), remote.getValue());
    }
  }

  private void requireRestorable(String remote, MemoryStore store)
      throws IOException, InterruptedException {
    Map<UUID, BackupIdentity> backups = new HashMap<>();
    Map<UUID, List<ObjectKey>> keys = new HashMap<>();
    var catalog = Catalog.of(store.list().objects());
    for (var backup : catalog.backups()) {
      backups.put(backup.uuid(), backup.identity());
      keys.put(backup.uuid(), backup.contentKeys());
    }
    assertThat(catalog.damaged()).as("damaged on %s", remote).isEmpty();
    assertThat(store.pendingCount()).as("nothing pending on %s", remote).isZero();
    for (var uuid : backups.keySet()) {
      assertThat(Chain.of(uuid, backups::get))
          .as("chain of %s on %s", uuid, remote)
          .isInstanceOf(Chain.Complete.class);
    }
    var received = new Received(store, backups, keys);
    for (var uuid : backups.keySet()) {
      assertThat(received.content(uuid))
          .as("content of %s on %s", uuid, remote)
          .isEqualTo(world.btrfs.contentOfSnapshot(uuid));
    }
  }

  /** A file system into which a remote is restored, each backup once. */
  private final class Received {

    private final MemoryStore store;
    private final Map<UUID, BackupIdentity> backups;
    private final Map<UUID, List<ObjectKey>> keys;
    private final FakeBtrfs btrfs = new FakeBtrfs();
    private final Map<UUID, Path> places = new HashMap<>();

    Received(
        MemoryStore store, Map<UUID, BackupIdentity> backups, Map<UUID, List<ObjectKey>> keys) {
      this.store = store;
      this.backups = backups;
      this.keys = keys;
    }

    String content(UUID uuid) throws IOException, InterruptedException {
      var chain = (Chain.Complete) Chain.of(uuid, backups::get);
      for (var backup : chain.backups()) {
        if (!places.containsKey(backup.uuid())) {
          places.put(backup.uuid(), receive(backup.uuid()));
        }
      }
      return btrfs.content(Objects.requireNonNull(places.get(uuid)));
    }

    private Path receive(UUID uuid) throws IOException, InterruptedException {
      var directory = Files.createTempDirectory(scratch, "received");
      try (var sink = btrfs.receive(directory, new DeviceAccess.Shut())) {
        for (var key : Objects.requireNonNull(keys.get(uuid))) {
          sink.write(store.content(key));
        }
        sink.finish();
      }
      EntryName name = btrfs.list(directory).getFirst().name();
      return directory.resolve(name.toString());
    }
  }

  /** What a second run does at once: nothing, and no request but two listings of each remote. */
  void requireNothingToDo() throws Exception {
    var before = world.state();
    var contents = contents();
    Map<String, FaultyStore> watched = new HashMap<>();
    for (var remote : world.stores.entrySet()) {
      var counting = new FaultyStore(remote.getValue());
      watched.put(remote.getKey(), counting);
      world.reach(remote.getKey(), _ -> counting);
    }
    var report = world.run();
    world.stores.keySet().forEach(world::reach);

    assertThat(report.executed()).isZero();
    assertThat(report.plan().isEmpty()).isTrue();
    for (var store : watched.values()) {
      assertThat(store.requests())
          .extracting(FaultyStore.Request::operation)
          .containsExactly(FaultyStore.Operation.LIST, FaultyStore.Operation.LIST_UPLOADS);
    }
    assertThat(world.state()).isEqualTo(before);
    assertThat(contents()).isEqualTo(contents);
  }

  /** Nothing is left of uploads that were not finished (4). */
  void requireNoGarbage() {
    world.stores.forEach(
        (remote, store) ->
            assertThat(store.keys())
                .as("no garbage on %s", remote)
                .hasSameElementsAs(
                    Catalog.of(objects(store)).backups().stream()
                        .flatMap(Invariants::allKeys)
                        .toList()));
  }

  private static Stream<ObjectKey> allKeys(StoredBackup backup) {
    return Stream.concat(
        Stream.of(backup.key()), backup.deletionSteps().stream().flatMap(List::stream));
  }

  private static List<StoredObject> objects(MemoryStore store) {
    return store.keys().stream().map(key -> new StoredObject(key, 1, World.START, null)).toList();
  }

  private Map<String, Object> contents() {
    Map<String, Object> contents = new HashMap<>();
    world.stores.forEach((name, store) -> contents.put(name, store.contents()));
    return contents;
  }
}
