package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.store.FaultyStore.Operation.COMMIT;
import static org.btrfs2s3.core.store.FaultyStore.Operation.LIST;
import static org.btrfs2s3.core.store.FaultyStore.allOf;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupMetadata;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;

/** What runs of update do, one scenario each, on fakes that are looked at anew. */
final class UpdateTest extends Updating {

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
    var parent = world.backUp("data");
    var child = world.later(DAY).backUp("data");
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
    var refused = world.backUp("data");
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
    var first = world.backUp("data");
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
    var parent = world.backUp("data");
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
    var old = world.backUp("data");
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
