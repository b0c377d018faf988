package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.store.FaultyStore.Operation.COMMIT;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.plan.Problem;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.Test;

/** What updates do about backups that cannot be restored, and about copies (invariants 2 and 3). */
final class BrokenBackupTest extends Updating {

  @Test
  void aParentThatWasDeletedByHandIsUploadedAgainFromItsSnapshot() throws Exception {
    var parent = world.backUp("data");
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
    var child = world.later(DAY).backUp("data");
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
  void anObjectThatWasCopiedToASecondKeyStopsNothing() throws Exception {
    // Invariant 11; the Python tool's every later run failed.
    var uuid = world.backUp("data");
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
    var uuid = world.backUp("data");
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
}
