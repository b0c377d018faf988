package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.btrfs2s3.core.plan.GarbageScope;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.HidingStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A listing that lacks a part of what is there, while every object can be found by its key, costs
 * no backup that is there (invariants 2, 3 and 9).
 */
final class HiddenObjectsTest {

  @TempDir private Path directory = Path.of("");

  private static boolean isCommit(ObjectKey key) {
    return key.value().endsWith(".commit");
  }

  private static boolean isFirstSegment(ObjectKey key) {
    return key.value().contains(".seqn000000.");
  }

  private static boolean isLastSegment(ObjectKey key) {
    return key.value().contains(".seqn000003.");
  }

  private static boolean isCommitOrFirst(ObjectKey key) {
    return isCommit(key) || isFirstSegment(key);
  }

  private static boolean isAtAnEnd(ObjectKey key) {
    return isCommitOrFirst(key) || isLastSegment(key);
  }

  /** With one backup in several segments, and its snapshot. */
  private World segmented() throws Exception {
    var world =
        new World(directory).segmented(60).remote("one").source("data", Map.of("one", "1y"));
    world.run();
    assertThat(world.store("one").keys())
        .hasSize(5)
        .filteredOn(HiddenObjectsTest::isAtAnEnd)
        .hasSize(3);
    return world;
  }

  /** Those that are there now. */
  private static void hide(World world, Predicate<ObjectKey> hidden) {
    var now = Set.copyOf(world.store("one").keys());
    world.reach("one", store -> new HidingStore(store, hidden.and(now::contains)));
  }

  private static void deleteSnapshots(World world) throws Exception {
    for (var entry : List.copyOf(world.entries("data"))) {
      world.btrfs.delete(world.snapshots("data"), entry.name(), entry.info().uuid());
    }
  }

  private static void assertUntouched(World world, Map<ObjectKey, ByteBuffer> before) {
    assertThat(world.store("one").contents()).containsAllEntriesOf(before);
  }

  private static void assertTold(List<Failure> failures, String... words) {
    assertThat(failures)
        .anySatisfy(failure -> assertThat(failure.message()).contains("one").contains(words));
  }

  @Test
  void aBackupWhoseCommitObjectIsHiddenIsNotTakenForALostOne() throws Exception {
    var world = segmented();
    var before = world.store("one").contents();
    deleteSnapshots(world);
    hide(world.write("data"), HiddenObjectsTest::isCommit);

    var report = world.run();

    assertUntouched(world, before);
    assertTold(report.failures(), ".commit is there, but was not listed");
  }

  @Test
  void aBackupOfWhichTheEndsAreHiddenIsNotTakenForAHalfDeletedOne() throws Exception {
    assertNotTakenForHalfDeleted("two", HiddenObjectsTest::isCommitOrFirst);
    assertNotTakenForHalfDeleted("three", HiddenObjectsTest::isAtAnEnd);
  }

  private void assertNotTakenForHalfDeleted(String name, Predicate<ObjectKey> hidden)
      throws Exception {
    var world = new World(directory.resolve(name));
    world.segmented(60).remote("one").source("data", Map.of("one", "1y")).run();
    var before = world.store("one").contents();
    deleteSnapshots(world);
    hide(world.write("data"), hidden);

    var report = world.run();

    assertUntouched(world, before);
    assertTold(report.failures(), "was not listed");
  }

  @Test
  void aBackupWhoseCommitObjectIsHiddenIsNotGoneOnWith() throws Exception {
    var world = segmented();
    var before = world.store("one").contents();
    hide(world, HiddenObjectsTest::isCommit);

    var report = world.run();

    assertThat(world.store("one").contents()).isEqualTo(before);
    assertTold(report.failures(), ".commit is there, but was not listed");
    assertThat(world.reach("one").run().failures()).isEmpty();
    assertThat(world.store("one").contents()).isEqualTo(before);
  }

  @Test
  void neitherGarbageCollectionNorAbandoningTouchesIt() throws Exception {
    var world = segmented();
    var snapshot = world.newest("data").info().uuid();
    var before = world.store("one").contents();
    deleteSnapshots(world);
    hide(world, HiddenObjectsTest::isCommitOrFirst);
    var machine = new Machine(world.btrfs, world::now, () -> true);

    var collected =
        new GarbageCollection(world.setup(), machine)
            .run(new GarbageScope(true, Duration.ofDays(30)), Duration.ZERO, _ -> true, _ -> {});
    var abandoned = new Abandonment(world.setup(), machine).run(snapshot, true, _ -> true, _ -> {});

    assertThat(world.store("one").contents()).isEqualTo(before);
    assertTold(collected.failures(), "was not listed");
    assertTold(abandoned.failures(), "was not listed");
  }

  @Test
  void neitherDoesTheCollectionOfForeignGarbage() throws Exception {
    var world = segmented();
    var store = world.store("one");
    var theirs = Remnants.of(store, new UUID(66, 6), 1);
    theirs.segments(1, Instant.parse("2025-06-01T00:00:00Z"), 0, 1, 2);
    theirs.commit(1, "", 3);
    var before = store.contents();
    hide(world, HiddenObjectsTest::isCommit);

    var report =
        new GarbageCollection(world.setup(), new Machine(world.btrfs, world::now, () -> true))
            .run(new GarbageScope(false, Duration.ofDays(30)), Duration.ZERO, _ -> true, _ -> {});

    assertUntouched(world, before);
    assertTold(report.failures(), "was not listed");
  }

  /** A directory has no other way to find an object than its listing, but tells of it. */
  @Test
  void whatOnlyMetadataTellOfIsNotTakenForGone() throws Exception {
    var world = segmented();
    var store = world.store("one");
    deleteSnapshots(world);
    Map<ObjectKey, byte[]> hidden = new HashMap<>();
    for (var key : store.keys()) {
      if (isCommitOrFirst(key)) {
        hidden.put(key, store.content(key));
        store.hide(key);
      }
    }
    var before = store.contents();

    var report = world.write("data").run();

    assertUntouched(world, before);
    assertTold(report.failures(), "there are metadata of", "put it back");
    // When it was put back, nothing is told of it any more.
    hidden.forEach((key, content) -> store.put(key, content, Map.of()));
    assertThat(world.run().failures()).isEmpty();
    assertThat(store.keys()).containsAll(hidden.keySet());
  }

  /** Each of these is looked up for a case that the others do not tell. */
  @Test
  void eachPartThatMakesABackupOfALeftoverIsLookedUp() throws Exception {
    // There are more segments than are listed.
    requireTold("next", key -> isCommit(key) || isLastSegment(key), List.of(), ".seqn000003.");
    // One is lost, so that neither the next nor the number of all is known.
    requireTold("first", HiddenObjectsTest::isAtAnEnd, List.of(2), ".seqn000000.");
    requireTold("signature", HiddenObjectsTest::isCommit, List.of(2, 3), ".commit");
  }

  private void requireTold(
      String name, Predicate<ObjectKey> hidden, List<Integer> lost, String told) throws Exception {
    var world = new World(directory.resolve(name));
    world.segmented(60).remote("one").source("data", Map.of("one", "1y")).run();
    var store = world.store("one");
    for (var key : store.keys()) {
      if (isCommit(key) && name.equals("signature")) {
        store.put(new ObjectKey(key + ".sig"), new byte[1], Map.of());
      }
      if (lost.stream().anyMatch(number -> key.value().contains(".seqn00000" + number + "."))
          && !isCommit(key)) {
        store.remove(key);
      }
    }
    var before = store.contents();
    deleteSnapshots(world);
    hide(world.write("data"), hidden);

    var report = world.run();

    assertUntouched(world, before);
    assertTold(report.failures(), told, "was not listed");
  }

  @Test
  void aTraceOfEitherTheCommitObjectOrTheFirstSegmentIsEnough() throws Exception {
    requireTraceTold("commit", HiddenObjectsTest::isCommit, _ -> false, ".commit, but not");
    requireTraceTold(
        "first", HiddenObjectsTest::isFirstSegment, HiddenObjectsTest::isCommit, ".seqn000000.");
  }

  private void requireTraceTold(
      String name, Predicate<ObjectKey> hidden, Predicate<ObjectKey> lost, String told)
      throws Exception {
    var world = new World(directory.resolve(name));
    world.segmented(60).remote("one").source("data", Map.of("one", "1y")).run();
    var store = world.store("one");
    deleteSnapshots(world);
    store.keys().stream().filter(lost).forEach(store::remove);
    store.keys().stream().filter(hidden).forEach(store::hide);
    var before = store.contents();

    var report = world.write("data").run();

    assertUntouched(world, before);
    assertTold(report.failures(), "there are metadata of", told);
  }

  @Test
  void aTraceOfAnotherAttemptKeepsNothing() throws Exception {
    var world = segmented();
    var store = world.store("one");
    var before = store.contents();
    var leftover = Remnants.beside(store, store.keys().getFirst());
    leftover.segments(1, World.START, 0, 1);
    store.hide(leftover.commit(2, "", 3));

    assertThat(world.run().failures()).isEmpty();

    assertThat(store.contents()).isEqualTo(before);
  }

  /** Once it is there in one object, its segments are in the way, unless they are a backup. */
  @Test
  void norDoesAnUploadOfTheSameSnapshotRemoveIt() throws Exception {
    var world = segmented();
    var before = world.store("one").contents();
    hide(world, HiddenObjectsTest::isCommit);
    world.uploading(new UploadOptions(null, null, false)).source("data", Map.of("one", "1y"));

    var report = world.run();

    assertThat(world.store("one").keys()).hasSize(before.size() + 1);
    assertUntouched(world, before);
    assertTold(report.failures(), ".commit is there, but was not listed");
    assertThat(world.events)
        .filteredOn(UpdateEvent.RemoteWarning.class::isInstance)
        .singleElement()
        .asString()
        .contains("earlier attempt is left", ".commit is there, but was not listed");
  }

  /** However many segments there are, and however often it is asked. */
  @Test
  void aLeftoverCostsFewRequests() throws Exception {
    var world = segmented();
    var store = world.store("one");
    for (int attempt = 1; attempt <= 20; attempt++) {
      Remnants.beside(store, store.keys().getFirst())
          .segments(attempt, World.START, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }
    var counting = new FaultyStore(store);
    world.reach("one", _ -> counting);

    assertThat(world.run().failures()).isEmpty();

    assertThat(store.keys()).hasSize(5);
    assertThat(counting.requests())
        .filteredOn(request -> request.operation() == FaultyStore.Operation.FIND)
        .hasSizeLessThanOrEqualTo(20 * 3);
  }

  @Test
  void nothingIsDeletedWhereTheListingLacksWhatThisRunHasStored() throws Exception {
    var world = World.of(directory, "1y").later(Duration.ofDays(1)).write("data");
    world.run();
    world.later(Duration.ofDays(1)).write("data").run();
    Remnants.of(world.store("one"), world.uuid("data"), 1).segments(1, Instant.EPOCH, 0, 1);
    var old = Set.copyOf(world.store("one").keys());
    var snapshots = world.names("data");
    world
        .later(Duration.ofDays(1))
        .write("data")
        .reach("one", store -> new HidingStore(store, key -> !old.contains(key)));

    var report = world.run();

    assertThat(world.store("one").keys()).hasSize(old.size() + 1).containsAll(old);
    assertThat(world.names("data")).containsAll(snapshots);
    assertTold(report.failures(), "its listing lacks", "/data");
    assertThat(world.reach("one").run().failures()).isEmpty();
    assertThat(world.store("one").keys()).hasSize(2);
  }

  /** What the year's first was kept for is not listed, until the deletion is about to begin. */
  @Test
  void whatAnotherLookShowsKeepsWhatItWasSentAgainst() throws Exception {
    var world = World.of(directory, "1y 30d");
    world.run();
    var parent = world.newest("data").info().uuid();
    var child = world.at(Instant.parse("2026-12-28T12:00:00Z")).backUp("data");
    deleteSnapshots(world);
    world.at(Instant.parse("2027-01-04T12:00:00Z")).write("data");
    Predicate<ObjectKey> isChild = key -> key.value().contains(".uuid" + child);
    world.reach("one", store -> new HidingStore(store, isChild, 2));

    world.run();

    assertThat(world.hasBackup("one", parent)).isTrue();
    assertThat(world.hasBackup("one", child)).isTrue();
  }
}
