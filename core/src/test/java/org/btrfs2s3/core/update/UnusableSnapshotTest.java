package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.store.FaultyStore.Operation.COMMIT;

import java.time.Instant;
import java.util.List;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.Test;

/** Snapshots that cannot be sent are planned around (invariant 12). */
final class UnusableSnapshotTest extends Updating {

  @Test
  void anUnreadableSnapshotIsPlannedAroundInTheSameRun() throws Exception {
    // Invariant 12: it is kept, and the next nominal one takes its place.
    var unreadable = world.takeAway("one").backUp("data");
    var next = world.later(DAY).backUp("data");
    var newest = world.later(DAY).backUp("data");
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

  /** Invariant 12: each time another one takes the place, until one can be sent. */
  @Test
  void severalUnreadableSnapshotsArePlannedAroundInTheSameRun() throws Exception {
    world.takeAway("one");
    for (int day = 0; day < 3; day++) {
      world.write("data").run();
      world.btrfs.failSend(
          world.newest("data").info().uuid(), new BtrfsException("EIO", "EIO", null));
      world.later(DAY);
    }
    world.write("data").run();
    var newest = world.newest("data").info().uuid();

    world.reach("one").run();

    assertThat(world.names("data")).as("with two that are unreadable").hasSize(3);
    assertThat(world.hasBackup("one", newest)).isTrue();
    invariants.requireRestorable();
  }

  @Test
  void anUnreadableSendParentDoesNotKeepItsChildrenFromBeingBackedUp() throws Exception {
    // Invariant 12: the parent has a backup already; only what is sent against it fails.
    var unreadable = world.backUp("data");
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
    var vanishing = world.takeAway("one").backUp("data");
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
    var ancestor = world.at(Instant.parse("2026-02-13T12:00:00Z")).backUp("data");
    var child = world.later(DAY).backUp("data");
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
}
