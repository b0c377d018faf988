package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.plan.GarbageScope;
import org.btrfs2s3.core.plan.Problem;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;

/** What {@code gc --foreign} removes (invariant 10). */
final class ForeignGarbageTest extends Collecting {
  @Test
  void removesWhatOthersDidNotTouchForLong() throws Exception {
    var world = world();
    var kept = new ArrayList<>(store(world).keys());
    Remnants.of(store(world), STRANGER, 1).segments(1, LONG_AGO, 0, 1);
    Remnants.of(store(world), STRANGER, 1).begin(LONG_AGO);
    // Segment 1 is young.
    var goesOn = Remnants.of(store(world), STRANGER, 2);
    kept.addAll(goesOn.segments(2, LONG_AGO, 0));
    kept.addAll(goesOn.segments(2, LATELY, 1));
    // Its next segment is on its way.
    var uploading = Remnants.of(store(world), STRANGER, 3);
    kept.addAll(uploading.segments(3, LONG_AGO, 0));
    var next = uploading.begin(LATELY);
    // A backup.
    var committed = Remnants.of(store(world), STRANGER, 4);
    kept.addAll(committed.segments(4, LONG_AGO, 0, 1));
    kept.add(committed.commit(4, "", 2));
    // A damaged one.
    var damaged = Remnants.of(store(world), STRANGER, 5);
    kept.addAll(damaged.segments(5, LONG_AGO, 1));
    kept.add(damaged.commit(5, "", 2));
    // A backup that lost its commit object, and one that was sent against it.
    var lost = Remnants.of(store(world), STRANGER, 6);
    kept.addAll(lost.segments(6, LONG_AGO, 0, 1));
    var child =
        new Remnants(
            store(world),
            new BackupIdentity(
                new UUID(7, 7),
                STRANGER,
                lost.identity().uuid(),
                Ctransid.ofKernel(7),
                World.START));
    kept.addAll(child.segments(7, LONG_AGO, 0));
    kept.add(child.commit(7, "", 1));
    var unknown = new ObjectKey("photo.jpg");
    store(world).abandon(unknown, LONG_AGO);

    assertThat(run(world, OURS).executed()).isZero();
    var report = run(world, FOREIGN);

    assertThat(store(world).keys()).isEqualTo(all(List.of(kept)));
    assertThat(begun(world)).containsExactlyInAnyOrder(next, unknown);
    assertThat(report.executed()).isEqualTo(2);
  }

  @Test
  void asksBeforeItRemovesWhatIsForeign() throws Exception {
    var world = world();
    Remnants.of(store(world), STRANGER, 1).segments(1, LONG_AGO, 0, 1);
    var before = store(world).keys();

    var report = run(world, FOREIGN, plan -> plan.isGarbageOnly());

    assertThat(report.approved()).isFalse();
    assertThat(store(world).keys()).isEqualTo(before);
  }

  @Test
  void judgesAgeByTheRemotesClock() throws Exception {
    var world = world();
    Remnants.of(store(world), STRANGER, 1).begin(World.START);
    world.later(Duration.ofDays(400));
    store(world).setServerTime(World.START.plus(Duration.ofDays(29)));
    assertThat(run(world, FOREIGN).executed()).isZero();

    store(world).setServerTime(World.START.plus(Duration.ofDays(31)));
    assertThat(run(world, FOREIGN).executed()).isEqualTo(1);
  }

  @Test
  void removesNothingForeignByAClockThatNothingConfirms() throws Exception {
    var world = world();
    Remnants.of(store(world), STRANGER, 1).begin(LONG_AGO);
    var machine = new Machine(world.btrfs, world::now, () -> false);

    var report =
        new GarbageCollection(world.setup(), machine)
            .run(FOREIGN, Duration.ZERO, _ -> true, _ -> {});

    assertThat(begun(world)).hasSize(1);
    assertThat(report.failures()).singleElement().asString().contains("confirms the clock");
  }

  @Test
  void takesNoSourceThatIsNotAvailableForAForeignOne() throws Exception {
    var world = world();
    Remnants.of(store(world), STRANGER, 1).begin(LONG_AGO);
    var setup = world.setup();
    var ours = setup.sources().getFirst();
    var unplugged =
        new SourceSetup(
            directory.resolve("unplugged"), ours.snapshots(), "unplugged", false, ours.targets());
    var both = new UpdateSetup(setup.zone(), List.of(ours, unplugged), setup.remotes(), "test");

    var report =
        new GarbageCollection(both, new Machine(world.btrfs, world::now, () -> true))
            .run(FOREIGN, Duration.ZERO, _ -> true, _ -> {});

    assertThat(begun(world)).hasSize(1);
    assertThat(report.plan().problems())
        .extracting(Problem::kind)
        .containsExactly(Problem.Kind.SOURCE_UNAVAILABLE, Problem.Kind.NOT_COLLECTED);
    assertThat(report.failures()).hasSize(2);
  }

  @Test
  void takesNothingForOldThatIsOfToday() {
    assertThat(new GarbageScope(false, Duration.ofDays(1)).foreignAge()).isNotNull();
    assertThatThrownBy(() -> new GarbageScope(false, Duration.ofHours(23)))
        .hasMessageContaining("PT23H");
  }
}
