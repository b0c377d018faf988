package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.store.FaultyStore.Operation.COMMIT;
import static org.btrfs2s3.core.store.FaultyStore.Operation.LIST;
import static org.btrfs2s3.core.store.FaultyStore.allOf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupMetadata;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.plan.Problem;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs of update do, one scenario each, on fakes that are looked at anew. */
final class UpdateTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir private Path directory = Path.of("");

  private World world = new World(Path.of(""));
  private Invariants invariants = new Invariants(world, Path.of(""));

  @BeforeEach
  void makeWorld() throws Exception {
    use(World.of(directory.resolve("world"), "1y 1m 2d 2h"));
  }

  private void use(World newWorld) throws Exception {
    world = newWorld;
    invariants = new Invariants(world, Files.createTempDirectory(directory, "received"));
  }

  @Test
  void backsUpAndThenHasNothingToDo() throws Exception {
    var report = world.write("data").run();

    assertThat(report.failures()).isEmpty();
    assertThat(report.approved()).isTrue();
    assertThat(report.executed()).isEqualTo(3);
    assertThat(world.names("data")).hasSize(1);
    assertThat(world.names("data").getFirst()).startsWith("data.2026-02-11T08:30:00-03:30.");
    assertThat(world.store("one").keys()).hasSize(1);
    invariants.requireRestorable();
    invariants.requireNothingToDo();
  }

  @Test
  void keepsATreeOfDifferentials() throws Exception {
    for (int hour = 0; hour < 60; hour++) {
      assertThat(world.write("data").run().failures()).isEmpty();
      invariants.requireNothingToDo();
      world.later(HOUR);
    }
    invariants.requireRestorable();
    assertThat(world.store("one").keys()).hasSizeBetween(3, 6);
  }

  @Test
  void aRemoteThatIsAwayKeepsWhatItNeedsAndTheOthersAreServed() throws Exception {
    // Invariant 2: the ancestor that it would send is dropped by the policy alone.
    use(
        new World(directory.resolve("two"))
            .remote("one")
            .remote("two")
            .source("data", Map.of("one", "2h", "two", "1w 2d")));
    world.at(Instant.parse("2026-02-12T12:00:00Z")).write("data").takeAway("two").run();
    var monthly = world.newest("data").info().uuid();
    world.later(DAY).write("data").run();
    var away = world.later(DAY.multipliedBy(3)).write("data").run();

    assertThat(away.failures()).extracting(Failure::kind).containsOnly(Failure.Kind.REMOTE_AWAY);
    assertThat(world.store("one").keys()).hasSize(1);
    assertThat(world.names("data")).hasSizeLessThan(3);
    assertThat(world.hasSnapshot("data", monthly)).isFalse();
    assertThat(world.reach("two").run().failures()).isEmpty();
    invariants.requireRestorable();
    invariants.requireNothingToDo();
  }

  @Test
  void aChildIsSkippedWhenItsParentsUploadFailed() throws Exception {
    // Invariants 2 and 3.
    world.takeAway("one");
    world.write("data").run();
    var parent = world.newest("data").info().uuid();
    world.later(DAY).write("data").run();
    var child = world.newest("data").info().uuid();
    world.reach("one", store -> refusing(store, parent));

    var report = world.run();

    assertThat(report.failures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.REMOTE));
    assertThat(world.events)
        .filteredOn(UpdateEvent.Skipped.class::isInstance)
        .singleElement()
        .asString()
        .contains(child.toString(), "its send parent " + parent + " was not uploaded");
    assertThat(world.store("one").keys()).isEmpty();
    assertThat(world.names("data")).hasSize(2);
    assertThat(world.reach("one").run().failures()).isEmpty();
    assertThat(world.hasBackup("one", child)).isTrue();
    invariants.requireRestorable();
    invariants.requireNothingToDo();
  }

  @Test
  void whatTheRemoteRefusesForGoodFailsAloneWithItsChildren() throws Exception {
    // Invariant 12: the second source, and the first one's other full backup, are served.
    world.source("other", Map.of("one", "1y 1d"));
    world.takeAway("one");
    world.write("data").run();
    var refused = world.newest("data").info().uuid();
    world.later(DAY).write("data").run();
    world.reach("one", store -> refusing(store, refused));

    var report = world.run();

    assertThat(report.failures()).hasSize(1);
    assertThat(report.healthyParts()).isEqualTo(1);
    assertThat(world.store("one").keys())
        .singleElement()
        .satisfies(key -> assertThat(key.value()).startsWith("other."));
  }

  private static FaultyStore refusing(BackupStore store, UUID backup) {
    return new FaultyStore(store)
        .failWrites(
            key -> key.value().contains(".uuid" + backup), 10, RemoteException.Kind.REFUSED);
  }

  @Test
  void oneRemotesFailureDoesNotKeepTheOtherFromFinishing() throws Exception {
    // Invariant 9.
    use(
        new World(directory.resolve("two"))
            .remote("one")
            .remote("two")
            .source("data", Map.of("one", "2h", "two", "2h")));
    world.write("data").run();
    var first = world.newest("data").info().uuid();
    world
        .later(HOUR.multipliedBy(3))
        .write("data")
        .reach("one", s -> new FaultyStore(s).fail(allOf(COMMIT), RemoteException.Kind.REFUSED));

    var report = world.run();

    assertThat(report.failures()).extracting(Failure::kind).containsExactly(Failure.Kind.REMOTE);
    assertThat(report.healthyParts()).isEqualTo(1);
    assertThat(world.hasBackup("one", first)).isTrue();
    assertThat(world.hasBackup("two", first)).isFalse();
    assertThat(world.store("two").keys()).hasSize(1);
  }

  @Test
  void aParentThatWasDeletedByHandIsUploadedAgainFromItsSnapshot() throws Exception {
    world.write("data").run();
    var parent = world.newest("data").info().uuid();
    world.later(DAY).write("data").run();
    world.store("one").remove(world.key("one", parent));

    assertThat(world.run().failures()).isEmpty();

    assertThat(world.hasBackup("one", parent)).isTrue();
    invariants.requireRestorable();
    invariants.requireNothingToDo();
  }

  @Test
  void whatNeedsALostParentIsShownAndUploadedAnewAndThenDeleted() throws Exception {
    // Invariant 3.
    world.write("data").run();
    var lost = world.newest("data");
    world.later(DAY).write("data").run();
    var child = world.newest("data").info().uuid();
    var brokenKey = world.key("one", child);
    world.store("one").remove(world.key("one", lost.info().uuid()));
    world.btrfs.delete(world.snapshots("data"), lost.name(), lost.info().uuid());

    var report = world.run();

    assertThat(report.failures())
        .extracting(Failure::kind)
        .containsExactly(Failure.Kind.BROKEN_BACKUP);
    assertThat(world.store("one").keys()).doesNotContain(brokenKey);
    assertThat(world.hasBackup("one", child)).isTrue();
    invariants.requireRestorable();
    invariants.requireNothingToDo();
  }

  @Test
  void aBrokenBackupWithoutSnapshotIsShownAndKept() throws Exception {
    world.write("data").run();
    var lost = world.newest("data");
    world.later(DAY).write("data").run();
    var child = world.newest("data");
    world.store("one").remove(world.key("one", lost.info().uuid()));
    for (var snapshot : List.of(lost, child)) {
      world.btrfs.delete(world.snapshots("data"), snapshot.name(), snapshot.info().uuid());
    }

    var report = world.later(HOUR).write("data").run();

    assertThat(report.failures())
        .singleElement()
        .satisfies(f -> assertThat(f.message()).contains(child.info().uuid().toString()));
    assertThat(world.hasBackup("one", child.info().uuid())).isTrue();
    assertThat(world.hasBackup("one", world.newest("data").info().uuid())).isTrue();
  }

  @Test
  void anUnreadableSnapshotIsPlannedAroundInTheSameRun() throws Exception {
    // Invariant 12: it is kept, and the next nominal one takes its place.
    world.takeAway("one").write("data").run();
    var unreadable = world.newest("data").info().uuid();
    world.later(DAY).write("data").run();
    var next = world.newest("data").info().uuid();
    world.later(DAY).write("data").run();
    var newest = world.newest("data").info().uuid();
    world.btrfs.failSend(unreadable, new BtrfsException("EIO", "EIO", null));
    world.reach("one");

    var report = world.run();

    assertThat(report.failures())
        .singleElement()
        .isEqualTo(new Failure(Failure.Kind.SNAPSHOT, "EIO"));
    assertThat(world.hasSnapshot("data", unreadable)).isTrue();
    assertThat(world.hasBackup("one", unreadable)).isFalse();
    assertThat(world.hasBackup("one", next)).isTrue();
    assertThat(world.key("one", newest).value()).contains(".sndp" + next);
    invariants.requireRestorable();

    world.btrfs.mend(unreadable);
    assertThat(world.run().failures()).isEmpty();
    assertThat(world.hasBackup("one", unreadable)).isTrue();
    invariants.requireRestorable();
    invariants.requireNothingToDo();
  }

  @Test
  void anUnreadableSendParentDoesNotKeepItsChildrenFromBeingBackedUp() throws Exception {
    // Invariant 12: the parent has a backup already; only what is sent against it fails.
    world.write("data").run();
    var unreadable = world.newest("data").info().uuid();
    world.btrfs.failSend(unreadable, new BtrfsException("EIO", "EIO", null));
    for (int day = 0; day < 3; day++) {
      var report = world.later(DAY).write("data").run();

      assertThat(report.failures()).isNotEmpty();
      assertThat(world.hasBackup("one", world.newest("data").info().uuid())).isTrue();
      assertThat(world.hasSnapshot("data", unreadable)).isTrue();
      invariants.requireRestorable();
    }
  }

  @Test
  void aSnapshotThatVanishesWhileItIsSentIsPlannedAround() throws Exception {
    world.takeAway("one").write("data").run();
    var vanishing = world.newest("data").info().uuid();
    world.later(DAY).write("data").run();
    world.btrfs.vanishDuringSend(vanishing);

    var report = world.reach("one").run();

    assertThat(report.failures()).extracting(Failure::kind).containsOnly(Failure.Kind.SNAPSHOT);
    assertThat(world.hasBackup("one", world.newest("data").info().uuid())).isTrue();
    invariants.requireRestorable();
    invariants.requireNothingToDo();
  }

  @Test
  void whenPlannedAgainNothingIsDeletedThatTheNewPlanStillNeeds() throws Exception {
    // Invariant 2: the old plan deletes the snapshot of an ancestor that has a backup; while the
    // run uploads for long, somebody deletes that backup.
    use(World.of(directory.resolve("week"), "1w 3d"));
    world.at(Instant.parse("2026-02-13T12:00:00Z")).write("data").run();
    var ancestor = world.newest("data").info().uuid();
    world.later(DAY).write("data").run();
    var child = world.newest("data").info().uuid();
    world.later(DAY.multipliedBy(2)).write("data");
    world.reach(
        "one",
        store ->
            new FaultyStore(store)
                .fail(
                    request -> {
                      if (request.operation() == COMMIT) {
                        world.later(HOUR);
                        world.store("one").remove(world.key("one", ancestor));
                      }
                      return false;
                    },
                    RemoteException.Kind.TRANSIENT));
    var watch = new Watch(world);
    watch.begin(List.of(), List.of());

    world.run();

    watch.requireNothingWrong();
    assertThat(world.key("one", child).value()).contains(".sndp" + ancestor);
    assertThat(world.hasSnapshot("data", ancestor)).isTrue();
    assertThat(world.reach("one").run().failures()).isEmpty();
    assertThat(world.hasSnapshot("data", ancestor)).isFalse();
    invariants.requireRestorable();
    invariants.requireNothingToDo();
  }

  @Test
  void anObjectThatWasCopiedToASecondKeyStopsNothing() throws Exception {
    // Invariant 11; the Python tool's every later run failed.
    world.write("data").run();
    var uuid = world.newest("data").info().uuid();
    var key = world.key("one", uuid);
    var copy = new ObjectKey("copies/" + key);
    world.store("one").put(copy, world.store("one").content(key), Map.of());

    var report = world.later(HOUR).write("data").run();

    assertThat(report.failures()).isEmpty();
    assertThat(report.plan().problems())
        .extracting(Problem::kind)
        .containsExactly(Problem.Kind.DUPLICATE_BACKUP);
    assertThat(world.store("one").keys()).contains(key, copy).hasSize(3);
    invariants.requireRestorable();
    invariants.requireNothingToDo();
  }

  /** Sent against something that is nowhere. */
  private ObjectKey orphan(UUID uuid) throws Exception {
    var key = world.key("one", uuid);
    var orphan =
        new ObjectKey(key.value().replaceAll("\\.sndp[0-9a-f-]+", ".sndp" + new UUID(9, 9)));
    world.store("one").put(orphan, world.store("one").content(key), Map.of());
    return orphan;
  }

  @Test
  void aBrokenObjectGoesAfterTheUploadThatReplacesItHoweverLongThatTakes() throws Exception {
    world.write("data").run();
    var uuid = world.newest("data").info().uuid();
    for (var time : List.of(Duration.ZERO, HOUR)) {
      var key = world.key("one", uuid);
      var orphan = orphan(uuid);
      world.store("one").remove(key);
      world.reach(
          "one",
          store ->
              new FaultyStore(store)
                  .fail(
                      request -> {
                        if (request.operation() == COMMIT) {
                          world.later(time);
                        }
                        return false;
                      },
                      RemoteException.Kind.TRANSIENT));

      world.run();

      world.reach("one");
      assertThat(world.store("one").keys()).hasSize(1).doesNotContain(orphan);
      invariants.requireRestorable();
      invariants.requireNothingToDo();
    }
  }

  /** Invariant 3: that the other one is whole, no listing shows. */
  @Test
  void aBrokenObjectBesideOneThatThisRunDidNotUploadStays() throws Exception {
    world.write("data").run();
    var orphan = orphan(world.newest("data").info().uuid());

    var report = world.later(HOUR).write("data").run();

    assertThat(world.store("one").keys()).contains(orphan).hasSize(3);
    assertThat(report.plan().problems())
        .filteredOn(problem -> problem.kind() == Problem.Kind.BROKEN_BACKUP)
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).endsWith("repair deletes this one"));
    invariants.requireNothingToDo();
  }

  @Test
  void copiesGoWithTheBackupThatTheyAreCopiesOf() throws Exception {
    use(World.of(directory.resolve("hours"), "2h"));
    world.write("data").run();
    var key = world.key("one", world.newest("data").info().uuid());
    var copy = new ObjectKey("copies/" + key);
    world.store("one").put(copy, world.store("one").content(key), Map.of());

    world.later(DAY).write("data").run();

    assertThat(world.store("one").keys()).hasSize(1).doesNotContain(key, copy);
    invariants.requireNothingToDo();
  }

  @Test
  void whatSomebodyElseCommittedMeanwhileIsNotStoredAgain() throws Exception {
    // Invariant 11.
    world.write("data").reach("one", store -> overtaken(store, Map.of()));

    var report = world.run();

    assertThat(report.failures()).isEmpty();
    assertThat(world.events).hasAtLeastOneElementOfType(UpdateEvent.UploadRedundant.class);
    assertThat(world.store("one").pendingCount()).isZero();
    invariants.requireNothingToDo();
  }

  @Test
  void aKeyThatAnotherBackupHasIsAConflict() throws Exception {
    // Invariant 11: the object under our key says that it is something else.
    var other =
        new BackupIdentity(
            UUID.randomUUID(), UUID.randomUUID(), null, Ctransid.ofKernel(1), World.START);
    var metadata = new BackupMetadata(other, "none", "other").toMap();
    world.write("data").reach("one", store -> overtaken(store, metadata));

    var report = world.run();

    assertThat(report.failures()).extracting(Failure::kind).containsExactly(Failure.Kind.REMOTE);
    assertThat(world.events).doesNotHaveAnyElementsOfTypes(UpdateEvent.UploadRedundant.class);
    assertThat(world.store("one").keys()).hasSize(1);
    assertThat(world.store("one").content(world.store("one").keys().getFirst()))
        .isEqualTo(new byte[] {1});
  }

  /** Just before a commit somebody puts another object under the same key. */
  private FaultyStore overtaken(BackupStore store, Map<String, String> metadata) {
    return new FaultyStore(store)
        .fail(
            request -> {
              if (request.operation() == COMMIT) {
                world.store("one").put(request.keys().getFirst(), new byte[] {1}, metadata);
              }
              return false;
            },
            RemoteException.Kind.TRANSIENT);
  }

  @Test
  void aParentThatVanishesDuringTheUploadFailsTheChild() throws Exception {
    // Invariant 3: the parent's chain is looked up once more after the commit.
    world.write("data").run();
    var parent = world.newest("data").info().uuid();
    world.later(DAY).write("data");
    world.reach(
        "one",
        store ->
            new FaultyStore(store)
                .fail(
                    request -> {
                      if (request.operation() == COMMIT) {
                        world.store("one").remove(world.key("one", parent));
                      }
                      return false;
                    },
                    RemoteException.Kind.TRANSIENT));

    var report = world.run();

    assertThat(report.failures())
        .singleElement()
        .satisfies(f -> assertThat(f.message()).contains(parent.toString(), "not there any more"));
    assertThat(world.reach("one").run().failures()).isEmpty();
    invariants.requireRestorable();
    invariants.requireNothingToDo();
  }

  @Test
  void foreignObjectsAndBackupsOfOtherSourcesStay() throws Exception {
    // Invariant 10.
    var foreign = new ObjectKey("photos/cat.jpg");
    world.store("one").put(foreign, new byte[] {1}, Map.of());
    world.source("other", Map.of("one", "1h")).write("data").run();
    var others = world.store("one").keys().stream().filter(k -> k.value().startsWith("o")).toList();
    var withoutOther = new World(directory.resolve("x")).remote("one");
    world
        .store("one")
        .contents()
        .keySet()
        .forEach(
            key -> withoutOther.store("one").put(key, world.store("one").content(key), Map.of()));
    withoutOther.source("unrelated", Map.of("one", "1h"));
    withoutOther.later(DAY.multipliedBy(400)).write("unrelated").run();

    assertThat(withoutOther.store("one").keys()).contains(foreign).containsAll(others).hasSize(4);
  }

  @Test
  void refusingThePlanChangesNothing() throws Exception {
    var before = world.write("data").state();

    var report =
        world.run(
            new Approval() {
              @Override
              public boolean approve(Plan plan) {
                return false;
              }

              @Override
              public boolean approveChanged(Plan plan) {
                return true;
              }
            });

    assertThat(report.approved()).isFalse();
    assertThat(report.executed()).isZero();
    assertThat(world.state()).isEqualTo(before);
  }

  @Test
  void asksAgainWhenTheRunWouldDeleteWhatWasNotShown() throws Exception {
    // A remote that was away when the plan was shown is back, and has much to be deleted.
    use(World.of(directory.resolve("hours"), "2h"));
    world.write("data").run();
    var old = world.newest("data").info().uuid();
    var listings = new AtomicInteger();
    world
        .later(DAY)
        .write("data")
        .reach(
            "one",
            store ->
                new FaultyStore(store)
                    .fail(
                        request -> request.operation() == LIST && listings.incrementAndGet() == 1,
                        RemoteException.Kind.TRANSIENT));

    var report =
        world.run(
            new Approval() {
              @Override
              public boolean approve(Plan plan) {
                return true;
              }

              @Override
              public boolean approveChanged(Plan plan) {
                return plan.actions(Action.DeleteBackup.class).isEmpty();
              }
            });

    assertThat(report.approved()).isFalse();
    assertThat(world.hasBackup("one", old)).isTrue();
  }
}
