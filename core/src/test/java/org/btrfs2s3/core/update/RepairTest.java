package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.Problem;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.HidingStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.junit.jupiter.api.Test;

/** What {@code repair} makes anew, and what it deletes. */
final class RepairTest extends Repairing {
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

  /** Invariant 2: such a listing may also lack what needs that which is to go. */
  @Test
  void nothingIsDeletedWhereTheListingLacksWhatTheRepairHasStored() throws Exception {
    var scene = scene(SEGMENT_BYTES);
    scene.store().remove(scene.keys(scene.middle()).get(1));
    var old = Set.copyOf(scene.store().keys());
    Predicate<ObjectKey> isNewCommit = key -> key.value().endsWith(".commit") && !old.contains(key);
    scene.world().reach("one", store -> new HidingStore(store, isNewCommit));

    var report = scene.run(listed());

    assertThat(scene.store().keys()).containsAll(old).anyMatch(isNewCommit);
    assertThat(report.failures())
        .anySatisfy(failure -> assertThat(failure.message()).contains("its listing lacks"));
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
}
