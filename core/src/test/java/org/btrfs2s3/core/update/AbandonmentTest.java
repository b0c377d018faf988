package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.FaultyStore.Operation;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code abandon} removes, and what it does not. */
final class AbandonmentTest {

  @TempDir private Path directory = Path.of("");

  /** An upload to the remote "one" is interrupted after two segments; "two" has the backup. */
  private World world() throws Exception {
    var world =
        new World(directory)
            .segmented(60)
            .remote("one")
            .remote("two")
            .source("data", Map.of("one", "1y", "two", "1y"));
    world.endBefore("one", 2).write("data").run();
    world.reach("one");
    assertThat(world.store("one").keys()).hasSize(2);
    return world;
  }

  private static UUID snapshot(World world) throws Exception {
    return world.newest("data").info().uuid();
  }

  private static AbandonReport run(World world, UUID snapshot, boolean foreign) throws Exception {
    return new Abandonment(world.setup(), new Machine(world.btrfs, world::now, () -> true))
        .run(snapshot, foreign, _ -> true, _ -> {});
  }

  @Test
  void removesTheFirstSegmentFirstAndWhatWasBegun() throws Exception {
    var world = world();
    var store = world.store("one");
    var segments = store.keys();
    Remnants.beside(store, segments.getFirst()).begin(world.now());
    var other = Remnants.of(store, world.uuid("data"), 1);
    var kept = other.segments(9, world.now(), 0);
    other.begin(world.now());
    var committed = world.store("two").contents();
    var recorder = new FaultyStore(store);
    world.reach("one", _ -> recorder);

    var report = run(world, snapshot(world), false);

    assertThat(report.executed()).isEqualTo(2);
    assertThat(report.failures()).isEmpty();
    assertThat(report.backups()).singleElement().asString().contains("two", ".commit");
    assertThat(store.keys()).isEqualTo(kept);
    assertThat(store.pendingCount()).isEqualTo(1);
    assertThat(world.store("two").contents()).isEqualTo(committed);
    assertThat(recorder.requests())
        .filteredOn(request -> request.operation() == Operation.DELETE)
        .extracting(FaultyStore.Request::keys)
        .containsExactly(List.of(segments.getFirst()), List.of(segments.getLast()));
  }

  @Test
  void theNextUpdateBeginsAnew() throws Exception {
    var world = world();
    run(world, snapshot(world), false);

    assertThat(world.run().failures()).isEmpty();

    assertThat(world.events).doesNotHaveAnyElementsOfTypes(UpdateEvent.UploadResumed.class);
    new Invariants(world, Files.createTempDirectory(directory, "received")).requireRestorable();
  }

  @Test
  void leavesABackupAlone() throws Exception {
    var world = world();
    world.run();
    var before = List.of(world.store("one").contents(), world.store("two").contents());

    var report = run(world, snapshot(world), true);

    assertThat(report.executed()).isZero();
    assertThat(report.backups()).hasSize(2);
    assertThat(List.of(world.store("one").contents(), world.store("two").contents()))
        .isEqualTo(before);
  }

  @Test
  void leavesADamagedBackupAlone() throws Exception {
    var world = world();
    world.run();
    world.store("one").remove(world.store("one").keys().getFirst());
    var before = world.store("one").contents();

    assertThat(run(world, snapshot(world), true).backups()).hasSize(2);
    assertThat(world.store("one").contents()).isEqualTo(before);
  }

  @Test
  void findsNothingOfAnUnknownSnapshot() throws Exception {
    var report = run(world(), new UUID(1, 2), false);

    assertThat(report).isEqualTo(new AbandonReport(true, 0, List.of(), List.of()));
  }

  @Test
  void refusesWhileTheSourceIsUploaded() throws Exception {
    var world = world();
    var before = world.store("one").contents();
    try (var lock = DirectoryLock.tryLock(world.path("data")).orElseThrow()) {
      assertThat(lock.id()).isNotNull();
      assertThatThrownBy(() -> run(world, snapshot(world), true))
          .isInstanceOf(LockedException.class)
          .hasMessageContaining(world.path("data").toString());
    }
    assertThat(world.store("one").contents()).isEqualTo(before);
  }

  @Test
  void doesNotLockOtherSources() throws Exception {
    var world = world().source("more", Map.of("one", "1y"));
    try (var lock = DirectoryLock.tryLock(world.path("more")).orElseThrow()) {
      assertThat(lock.id()).isNotNull();
      assertThat(run(world, snapshot(world), false).executed()).isEqualTo(1);
    }
  }

  @Test
  void touchesAForeignSourceOnlyIfTold() throws Exception {
    var world = world();
    var store = world.store("one");
    var theirs = Remnants.of(store, new UUID(66, 6), 1);
    var segments = theirs.segments(1, world.now(), 0, 1);
    var snapshot = theirs.identity().uuid();

    var refused = run(world, snapshot, false);

    assertThat(refused.executed()).isZero();
    assertThat(refused.failures()).singleElement().asString().contains("--foreign");
    assertThat(store.keys()).containsAll(segments);
    assertThat(run(world, snapshot, true).executed()).isEqualTo(1);
    assertThat(store.keys()).doesNotContainAnyElementsOf(segments).hasSize(2);
  }

  /** Invariant 3: a backup sent against it proves that it was one itself. */
  @Test
  void refusesWhatABackupWasSentAgainst() throws Exception {
    var world = world();
    var store = world.store("one");
    var lost = Remnants.of(store, world.uuid("data"), 1);
    var segments = lost.segments(1, world.now(), 0, 1);
    var begun = lost.begin(world.now());
    var child = new Remnants(store, childOf(lost.identity()));
    child.segments(2, world.now(), 0);
    child.commit(2, "", 1);

    var report = run(world, lost.identity().uuid(), true);

    assertThat(report.failures()).singleElement().asString().contains("was sent against");
    assertThat(store.keys()).containsAll(segments);
    assertThat(report.executed()).isEqualTo(1);
    assertThat(store.pendingCount()).as("%s", begun).isZero();
  }

  /** It can be uploaded again. */
  @Test
  void givesUpWhatABackupWasSentAgainstIfItsSnapshotIsHere() throws Exception {
    var world = world();
    var store = world.store("one");
    var attempt = Remnants.beside(store, store.keys().getFirst());
    var child = new Remnants(store, childOf(attempt.identity()));
    child.segments(2, world.now(), 0);
    var commit = child.commit(2, "", 1);

    var report = run(world, snapshot(world), false);

    assertThat(report.failures()).isEmpty();
    assertThat(report.executed()).isEqualTo(1);
    assertThat(store.keys()).hasSize(2).contains(commit);
  }

  /** It cannot: what is left on the remote is all that there is of it. */
  @Test
  void keepsWhatABackupWasSentAgainstIfItsSnapshotWasChanged() throws Exception {
    var world = world();
    var store = world.store("one");
    var attempt = Remnants.beside(store, store.keys().getFirst());
    var child = new Remnants(store, childOf(attempt.identity()));
    child.segments(2, world.now(), 0);
    child.commit(2, "", 1);
    var entry = world.newest("data");
    world.btrfs.edit(world.snapshots("data"), entry.name(), "other", world.now());
    var before = store.contents();

    var report = run(world, entry.info().uuid(), false);

    assertThat(report.failures()).singleElement().asString().contains("cannot be sent again");
    assertThat(store.contents()).isEqualTo(before);
  }

  private static BackupIdentity childOf(BackupIdentity parent) {
    return new BackupIdentity(
        new UUID(7, 77), parent.source(), parent.uuid(), Ctransid.ofKernel(77), World.START);
  }

  @Test
  void servesTheRemotesThatAreThere() throws Exception {
    var world = world();
    world.takeAway("two");

    var report = run(world, snapshot(world), false);

    // Invariant 9.
    assertThat(report.executed()).isEqualTo(1);
    assertThat(report.failures())
        .extracting(Failure::kind)
        .containsExactly(Failure.Kind.REMOTE_AWAY);
  }

  @Test
  void removesNothingThatWasNotApproved() throws Exception {
    var world = world();
    var before = world.store("one").contents();
    List<Action.Collection> proposed = new ArrayList<>();

    var report =
        new Abandonment(world.setup(), new Machine(world.btrfs, world::now, () -> true))
            .run(snapshot(world), false, all -> !proposed.addAll(all), _ -> {});

    assertThat(proposed).hasSize(1);
    assertThat(report.approved()).isFalse();
    assertThat(report.executed()).isZero();
    assertThat(world.store("one").contents()).isEqualTo(before);
  }
}
