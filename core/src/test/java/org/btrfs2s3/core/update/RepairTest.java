package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.Problem;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.plan.RepairScope;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.DeleteReport;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.ForwardingStore;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code repair} makes anew, and what it deletes. */
final class RepairTest {

  private static final long WHOLE = 1 << 20;
  private static final long SEGMENT_BYTES = 60;

  @TempDir private Path directory = Path.of("");

  /** A year's full backup, a month's against that, and a day's against that. */
  private record Scene(
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

  private Scene scene(long segmentBytes) throws Exception {
    var world = new World(Files.createTempDirectory(directory, "world"));
    return scene(world.segmented(segmentBytes).remote("one"), "data");
  }

  private static Scene scene(World world, String source) throws Exception {
    var full = world.source(source, Map.of("one", "1y 12m 30d")).backUp(source);
    var middle = world.later(Duration.ofDays(30)).backUp(source);
    var last = world.later(Duration.ofDays(1)).backUp(source);
    var scene = new Scene(world, source, full, middle, last, new ArrayList<>());
    assertThat(scene.identity(middle).sendParent()).isEqualTo(full);
    assertThat(scene.identity(last).sendParent()).isEqualTo(middle);
    return scene;
  }

  private Scene scene() throws Exception {
    return scene(WHOLE);
  }

  private static RepairScope listed() {
    return new RepairScope(Map.of(), false);
  }

  private static RepairScope damaged(UUID... uuids) {
    return new RepairScope(Map.of(new RemoteId("one"), Set.of(uuids)), false);
  }

  private static RepairScope collecting(RepairScope scope) {
    return new RepairScope(scope.damaged(), true);
  }

  private void requireWhole(Scene scene) throws Exception {
    var invariants =
        new Invariants(scene.world(), Files.createTempDirectory(directory, "received"));
    invariants.requireRestorable();
    invariants.requireNoGarbage();
    invariants.requireNothingToDo();
  }

  @Test
  void aDefectThatOneSourceMeetsStopsNoOther() throws Exception {
    // Invariant 9.
    var data = scene();
    var more = scene(data.world(), "more");
    for (var scene : List.of(data, more)) {
      scene.flip(scene.key(scene.middle())).deleteSnapshot(scene.middle());
    }
    var children = List.of(data.key(data.last()), more.key(more.last()));
    var isHit = new AtomicBoolean();
    data.world()
        .reach(
            "one",
            store ->
                new ForwardingStore(store) {
                  @Override
                  public DeleteReport delete(Collection<ObjectKey> keys)
                      throws RemoteException, InterruptedException {
                    if (isHit.compareAndSet(false, true)) {
                      throw new IllegalStateException("of a library");
                    }
                    return super.delete(keys);
                  }
                });

    var report = data.run(damaged(data.middle(), more.middle()));

    assertThat(report.failures())
        .extracting(Failure::message)
        .filteredOn(message -> message.contains("of a library"))
        .singleElement()
        .asString()
        .contains("unexpected failure");
    assertThat(children).as("replaced by others").filteredOn(data.store().keys()::contains).hasSize(1);
  }

  @Test
  void nothingIsDoneWhereNothingIsBroken() throws Exception {
    var scene = scene();
    scene.world().write("data"); // An update would have work.
    var before = scene.store().contents();

    var report = scene.run(listed(), _ -> failed("asked"));

    assertThat(report.failures()).isEmpty();
    assertThat(report.succeeded()).isTrue();
    assertThat(scene.store().contents()).isEqualTo(before);
    assertThat(scene.world().names("data")).hasSize(3);
  }

  private static boolean failed(String what) {
    throw new AssertionError(what);
  }

  @Test
  void damagedObjectIsReplacedInItsPlace() throws Exception {
    // Invariant 11: only a repair replaces, and never is there neither the old nor the new one.
    for (long size : List.of(WHOLE, SEGMENT_BYTES)) {
      for (int which = 0; which < 3; which++) {
        var scene = scene(size);
        var uuid = List.of(scene.full(), scene.middle(), scene.last()).get(which);
        var others = new HashSet<>(scene.store().contents().entrySet());
        others.removeIf(entry -> entry.getKey().value().contains(".uuid" + uuid));
        var identity = scene.identity(uuid);
        var object = scene.keys(uuid).getFirst();
        scene.flip(object);

        var report = scene.run(damaged(uuid));

        assertThat(report.failures()).isEmpty();
        assertThat(scene.identity(uuid)).as("the same send parent").isEqualTo(identity);
        assertThat(scene.store().contents().entrySet()).as("the others").containsAll(others);
        requireWhole(scene);
      }
    }
  }

  @Test
  void keepsTheSendParentThoughThePolicyWouldChooseAnother() throws Exception {
    var scene = scene();
    scene.world().source("data", Map.of("one", "1y 30d"));
    scene.flip(scene.key(scene.last()));

    assertThat(scene.run(damaged(scene.last())).failures()).isEmpty();

    assertThat(scene.identity(scene.last()).sendParent()).isEqualTo(scene.middle());
    requireWhole(scene);
  }

  @Test
  void missingMiddleOfAChainIsUploadedAgainAndNothingElse() throws Exception {
    var scene = scene();
    var before = scene.store().contents();
    scene.store().remove(scene.key(scene.middle()));
    scene.world().later(Duration.ofDays(1)).write("data");

    var report = scene.run(listed());

    assertThat(report.failures()).isEmpty();
    assertThat(report.executed()).isEqualTo(1);
    assertThat(scene.store().contents()).isEqualTo(before);
    assertThat(scene.world().names("data")).as("no new snapshot").hasSize(3);
  }

  @Test
  void whatAnUnwantedBackupLacksComesBack() throws Exception {
    // The policy would drop what needs it, but till then it is there, and cannot be restored.
    var scene = scene();
    var before = scene.store().contents();
    scene.store().remove(scene.key(scene.full()));
    scene.deleteSnapshot(scene.middle()).deleteSnapshot(scene.last());
    scene.world().source("data", Map.of("one", "1d")).later(Duration.ofDays(3)).write("data");

    var report = scene.run(listed());

    assertThat(report.failures()).isEmpty();
    assertThat(report.executed()).isEqualTo(1);
    assertThat(scene.store().contents()).isEqualTo(before);
  }

  @Test
  void holeInSegmentsIsHealedByANewAttempt() throws Exception {
    var scene = scene(SEGMENT_BYTES);
    var before = scene.keys(scene.middle());
    scene.store().remove(before.get(1));

    var report = scene.run(listed());

    assertThat(report.failures()).isEmpty();
    assertThat(scene.keys(scene.middle())).doesNotContainAnyElementsOf(before);
    requireWhole(scene);
  }

  @Test
  void whatHasNoSnapshotIsReportedAndItsChildIsSentAgainstAnother() throws Exception {
    var scene = scene();
    var bad = scene.key(scene.middle());
    var child = scene.key(scene.last());
    scene.flip(bad).deleteSnapshot(scene.middle());

    var report = scene.run(damaged(scene.middle()));

    assertThat(report.failures())
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.kind()).isEqualTo(Failure.Kind.LOCAL);
              assertThat(failure.message())
                  .contains(scene.middle().toString(), scene.last().toString());
            });
    assertThat(scene.identity(scene.last()).sendParent()).isEqualTo(scene.full());
    assertThat(scene.store().keys()).contains(bad).doesNotContain(child);

    // Only when that is asked for.
    var collected = scene.run(collecting(damaged(scene.middle())));

    assertThat(collected.failures()).isEmpty();
    assertThat(scene.store().keys()).doesNotContain(bad);
    requireWhole(scene);
  }

  @Test
  void whatNeedsSomethingIrreparableGoesBeforeIt() throws Exception {
    var scene = scene();
    scene.flip(scene.key(scene.middle()));
    scene.deleteSnapshot(scene.middle()).deleteSnapshot(scene.last());

    var kept = scene.run(damaged(scene.middle()));

    assertThat(kept.failures()).hasSize(2);
    assertThat(kept.executed()).isZero();
    assertThat(scene.store().keys()).hasSize(3);

    var last = scene.key(scene.last());
    scene.run(collecting(damaged(scene.middle())));

    var deletions =
        scene.world().events.stream()
            .filter(UpdateEvent.Done.class::isInstance)
            .map(event -> ((UpdateEvent.Done) event).action())
            .map(Action.DeleteBackup.class::cast)
            .toList();
    assertThat(deletions).hasSize(2);
    assertThat(deletions.getFirst().key()).isEqualTo(last);
    assertThat(scene.store().keys()).hasSize(1);
  }

  @Test
  void theLastChainStaysWhateverIsSaidOfIt() throws Exception {
    var scene = scene();
    for (var uuid : List.of(scene.full(), scene.middle(), scene.last())) {
      scene.deleteSnapshot(uuid);
    }
    var before = scene.store().contents();

    var report = scene.run(collecting(damaged(scene.full())));

    assertThat(report.failures()).isNotEmpty();
    assertThat(scene.store().contents()).isEqualTo(before);
  }

  @Test
  void nothingIsCollectedThatACommitObjectMayBringBack() throws Exception {
    var scene = scene(SEGMENT_BYTES);
    scene.deleteSnapshot(scene.middle()).deleteSnapshot(scene.last());
    scene.keys(scene.middle()).stream()
        .filter(key -> BackupKey.decode(key.value()) instanceof ParsedKey.Commit)
        .forEach(scene.store()::remove);
    var before = scene.store().contents();

    var report = scene.run(collecting(listed()));

    assertThat(report.failures()).isNotEmpty();
    assertThat(scene.store().contents()).isEqualTo(before);
  }

  @Test
  void neverCollectsWhatHasASnapshot() throws Exception {
    var scene = scene();
    scene.flip(scene.key(scene.last()));
    var world = scene.world();
    world.btrfs.edit(world.snapshots("data"), world.newest("data").name(), "changed", world.now());
    var before = scene.store().contents();

    var report = scene.run(collecting(damaged(scene.last())));

    assertThat(report.failures()).isNotEmpty();
    assertThat(scene.store().contents()).isEqualTo(before);
  }

  @Test
  void pretendingChangesNothing() throws Exception {
    // Invariant 5.
    var scene = scene();
    scene.store().remove(scene.key(scene.middle()));
    scene.flip(scene.key(scene.full()));
    var before = scene.store().contents();
    var state = scene.world().state();

    var plan = scene.repair().pretend(damaged(scene.full()));

    assertThat(plan.uploads()).hasSize(2);
    assertThat(scene.store().contents()).isEqualTo(before);
    assertThat(scene.world().state()).isEqualTo(state);
    assertThat(scene.run(damaged(scene.full()), _ -> false).approved()).isFalse();
    assertThat(scene.store().contents()).isEqualTo(before);
  }

  @Test
  void sourceThatIsBeingUploadedIsLeftAlone() throws Exception {
    var scene = scene();
    scene.store().remove(scene.key(scene.middle()));
    var before = scene.store().contents();
    try (var lock = DirectoryLock.tryLock(scene.world().path("data")).orElseThrow()) {
      assertThat(lock.id()).isNotNull();
      var report = scene.run(listed());

      assertThat(report.failures()).extracting(Failure::kind).containsExactly(Failure.Kind.LOCKED);
      assertThat(report.succeeded()).isFalse();
    }
    assertThat(scene.store().contents()).isEqualTo(before);
  }

  @Test
  void backupThatIsNotThereIsSaidToBeMissing() throws Exception {
    var scene = scene();
    var report = scene.run(damaged(new UUID(1, 2)));

    assertThat(report.plan().problems())
        .extracting(Problem::kind)
        .containsExactly(Problem.Kind.NOT_REPAIRED);
    assertThat(report.failures()).hasSize(1);
  }

  /** The middle one has no snapshot any more, the first is damaged, the last needs both. */
  private Scene ruin(long segmentBytes) throws Exception {
    var scene = scene(segmentBytes);
    scene.flip(scene.keys(scene.full()).getFirst()).deleteSnapshot(scene.middle());
    scene.flip(scene.keys(scene.middle()).getFirst());
    return scene;
  }

  private static RepairScope ruined(Scene scene) {
    return collecting(damaged(scene.full(), scene.middle()));
  }

  @Test
  void killedRepairIsFinishedByTheNext() throws Exception {
    // Invariant 4.
    for (long size : List.of(WHOLE, SEGMENT_BYTES)) {
      var whole = ruin(size);
      var all = Kill.after(Integer.MAX_VALUE, whole.world());
      assertThat(whole.run(ruined(whole)).failures()).isEmpty();
      requireWhole(whole);
      assertThat(all.effects()).isGreaterThan(3);
      for (int effects = 0; effects < all.effects(); effects++) {
        var scene = ruin(size);
        Kill.after(effects, scene.world());
        assertThat(catchThrowable(() -> scene.run(ruined(scene))))
            .as("killed after %d of %d effects", effects, all.effects())
            .isNotNull();
        requireOldOrNew(scene);
        Kill.never(scene.world());

        scene.run(ruined(scene));

        requireRepaired(scene, whole);
      }
    }
  }

  /** What it has of a backup stays until there is something better. */
  private static void requireOldOrNew(Scene scene) {
    for (var uuid : List.of(scene.full(), scene.last())) {
      assertThat(scene.keys(uuid)).isNotEmpty();
    }
  }

  /** The middle one may be gone already, and then is not found. */
  private void requireRepaired(Scene scene, Scene whole) throws Exception {
    scene.world().run();
    assertThat(scene.world().state()).isEqualTo(whole.world().state());
    requireWhole(scene);
  }

  @Test
  void aRequestThatFailsOnceIsMadeUpForByTheNextRepair() throws Exception {
    failEachRequest((store, request) -> store.fail(request, RemoteException.Kind.TRANSIENT));
  }

  @Test
  void aResponseThatIsLostOnceDoesNoHarm() throws Exception {
    failEachRequest(FaultyStore::loseResponse);
  }

  private interface Fault {
    FaultyStore on(FaultyStore store, Predicate<FaultyStore.Request> request);
  }

  private void failEachRequest(Fault fault) throws Exception {
    for (long size : List.of(WHOLE, SEGMENT_BYTES)) {
      var whole = ruin(size);
      var counting = new FaultyStore(whole.store());
      whole.world().reach("one", _ -> counting);
      whole.run(ruined(whole));
      whole.world().reach("one");
      requireWhole(whole);
      for (var request : counting.requests()) {
        var scene = ruin(size);
        UnaryOperator<BackupStore> door =
            store -> fault.on(new FaultyStore(store), FaultyStore.number(request.number()));
        scene.world().reach("one", door);
        scene.run(ruined(scene));
        requireOldOrNew(scene);
        scene.world().reach("one");

        scene.run(ruined(scene));

        requireRepaired(scene, whole);
      }
    }
  }

  @Test
  void anUploadThatFailsLeavesEverythingThatWasThere() throws Exception {
    // Invariant 2.
    var scene = ruin(WHOLE);
    Map<ObjectKey, ByteBuffer> before = scene.store().contents();
    scene
        .world()
        .reach(
            "one",
            store ->
                new FaultyStore(store)
                    .fail(
                        FaultyStore.allOf(FaultyStore.Operation.COMMIT),
                        RemoteException.Kind.REFUSED));

    assertThat(scene.run(ruined(scene)).failures()).isNotEmpty();

    assertThat(scene.store().contents()).isEqualTo(before);
  }
}
