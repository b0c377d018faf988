package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.GarbagePlan;
import org.btrfs2s3.core.plan.Problem;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.FaultyStore.Operation;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.Test;

/** What {@code gc} removes, and above all what it does not. */
final class GarbageCollectionTest extends Collecting {
  @Test
  void removesWhatIsNoBackupOfOurSourcesOnly() throws Exception {
    var world = world();
    var kept = backup(world);
    var ours = Remnants.beside(store(world), kept);
    ours.segments(1, LATELY, 0, 1);
    ours.segments(2, LATELY, 1, 2);
    ours.begin(LATELY);
    Remnants.of(store(world), world.uuid("data"), 1).segments(3, LATELY, 1);
    var theirs = Remnants.of(store(world), STRANGER, 2);
    var foreign = all(List.of(theirs.segments(4, LONG_AGO, 0), theirs.segments(5, LONG_AGO, 1)));
    var begunByThem = theirs.begin(LONG_AGO);
    var unknown = new ObjectKey("photo.jpg");
    store(world).put(unknown, new byte[1], Map.of());
    store(world).abandon(unknown, LONG_AGO);

    var report = run(world, OURS);

    // Invariant 10.
    assertThat(store(world).keys()).isEqualTo(all(List.of(List.of(kept, unknown), foreign)));
    assertThat(begun(world)).containsExactlyInAnyOrder(begunByThem, unknown);
    assertThat(report.executed()).isEqualTo(4);
    assertThat(report.failures()).isEmpty();
    assertThat(run(world, OURS).executed()).isZero();
  }

  @Test
  void showsTheSameAndChangesNothingWhenPretending() throws Exception {
    var world = world();
    Remnants.beside(store(world), backup(world)).segments(1, LATELY, 0, 1);
    Remnants.beside(store(world), backup(world)).begin(LATELY);
    var before = store(world).contents();
    GarbagePlan pretended;
    try (var lock = DirectoryLock.tryLock(world.path("data")).orElseThrow()) {
      assertThat(lock.id()).isNotNull();
      pretended = collection(world).pretend(OURS);
    }

    // Invariant 5.
    assertThat(store(world).contents()).isEqualTo(before);
    assertThat(begun(world)).hasSize(1);
    assertThat(pretended.actions()).hasSize(2);
    assertThat(pretended.actions().stream().mapToLong(pretended::bytes).sum()).isEqualTo(20);
    assertThat(run(world, OURS).plan().actions()).isEqualTo(pretended.actions());
  }

  /** Invariant 9. */
  @Test
  void aRemoteThatCannotEvenBeOpenedLeavesTheOthersServed() throws Exception {
    var world =
        new World(directory)
            .remote("broken")
            .remote("one")
            .source("data", Map.of("broken", "1y", "one", "1y"));
    world.run();
    var store = store(world);
    var leftover = Remnants.beside(store, backup(world));
    leftover.segments(2, LONG_AGO, 0, 1);
    world.reach(
        "broken",
        _ -> {
          throw new IllegalArgumentException("an odd setting");
        });

    var report = run(world, OURS);

    assertThat(report.failures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.message()).contains("broken", "odd setting"));
    assertThat(store.keys()).hasSize(1);
  }

  @Test
  void keepsWhatTheNextUpdateGoesOnWith() throws Exception {
    var world =
        new World(directory).segmented(60).remote("one").source("data", Map.of("one", "1y"));
    world.endBefore("one", 2).write("data").run();
    world.reach("one");
    var begun = store(world).keys();
    assertThat(begun).hasSize(2);

    assertThat(run(world, OURS).executed()).isZero();

    assertThat(store(world).keys()).isEqualTo(begun);
    world.run();
    assertThat(world.events).hasAtLeastOneElementOfType(UpdateEvent.UploadResumed.class);
  }

  @Test
  void keepsWhatMayHaveLostItsCommitObject() throws Exception {
    var world = world();
    var lost = Remnants.of(store(world), world.uuid("data"), 1).segments(1, LONG_AGO, 0, 1);

    var report = run(world, FOREIGN);

    assertThat(store(world).keys()).containsAll(lost);
    assertThat(report.executed()).isZero();
    assertThat(report.failures()).isEmpty();
    assertThat(report.plan().problems())
        .extracting(Problem::kind)
        .containsExactly(Problem.Kind.LOST_COMMIT);
  }

  @Test
  void leavesASourceThatIsBeingUploadedAlone() throws Exception {
    var world = world();
    Remnants.beside(store(world), backup(world)).begin(LATELY);
    try (var lock = DirectoryLock.tryLock(world.path("data")).orElseThrow()) {
      assertThat(lock.id()).isNotNull();
      var report = run(world, DUPLICATES);

      assertThat(report.executed()).isZero();
      assertThat(report.succeeded()).isFalse();
      assertThat(report.failures())
          .singleElement()
          .satisfies(
              failure -> {
                assertThat(failure.kind()).isEqualTo(Failure.Kind.LOCKED);
                assertThat(failure.message()).contains(world.path("data").toString());
              });
    }
    assertThat(begun(world)).hasSize(1);
  }

  @Test
  void servesTheOtherSources() throws Exception {
    var world = world();
    world.source("more", Map.of("one", "1y")).run();
    Remnants.beside(store(world), world.key("one", world.newest("more").info().uuid()))
        .begin(LATELY);
    try (var lock = DirectoryLock.tryLock(world.path("data")).orElseThrow()) {
      assertThat(lock.id()).isNotNull();
      var report = run(world, OURS);

      assertThat(report.executed()).isEqualTo(1);
      assertThat(report.succeeded()).isTrue();
      assertThat(report.failures()).hasSize(1);
    }
  }

  @Test
  void removesWhatWasShownOnlyIfItStillIsGarbageAfterAWhile() throws Exception {
    var world = world();
    var theirs = Remnants.of(store(world), STRANGER, 1);
    var segments = theirs.segments(1, LONG_AGO, 0);
    Remnants.of(store(world), STRANGER, 2).begin(LONG_AGO);

    var report =
        run(
            world,
            FOREIGN,
            _ -> {
              world.later(Duration.ofMinutes(11));
              theirs.segments(1, world.now(), 1);
              return true;
            });

    assertThat(store(world).keys()).containsAll(segments);
    assertThat(report.executed()).isEqualTo(1);
  }

  @Test
  void saysIfItCannotKnowWhatUploadsWereBegun() throws Exception {
    var world = world();
    Remnants.beside(store(world), backup(world)).segments(1, LATELY, 1);
    world.reach(
        "one",
        store ->
            new FaultyStore(store)
                .fail(FaultyStore.allOf(Operation.LIST_UPLOADS), RemoteException.Kind.DENIED));

    var report = run(world, OURS);

    // Invariant 9.
    assertThat(report.executed()).isEqualTo(1);
    assertThat(report.failures()).hasSize(1);
    assertThat(collection(world).pretend(OURS).problems())
        .extracting(Problem::kind)
        .containsExactly(Problem.Kind.NOT_COLLECTED);
    assertThat(run(world, OURS).succeeded()).isFalse();
  }

  @Test
  void goesOnAfterAFailure() throws Exception {
    var world = world();
    Remnants.beside(store(world), backup(world)).segments(1, LATELY, 1);
    var stuck = Remnants.beside(store(world), backup(world)).segments(2, LATELY, 1);
    Remnants.beside(store(world), backup(world)).segments(3, LATELY, 1);
    world.reach(
        "one",
        store -> new FaultyStore(store).failDeletes(stuck::contains, RemoteException.Kind.DENIED));

    var report = run(world, OURS);

    assertThat(report.executed()).isEqualTo(2);
    assertThat(report.failures()).hasSize(1);
    assertThat(world.events)
        .filteredOn(UpdateEvent.Done.class::isInstance)
        .allSatisfy(
            event ->
                assertThat(((UpdateEvent.Done) event).action())
                    .isInstanceOf(Action.CollectSegments.class));
  }

  @Test
  void reportsARemoteThatIsAway() throws Exception {
    var world = world();
    world.takeAway("one");

    var report = run(world, OURS);

    assertThat(report.succeeded()).isFalse();
    assertThat(report.failures())
        .extracting(Failure::kind)
        .containsExactly(Failure.Kind.REMOTE_AWAY);
  }
}
