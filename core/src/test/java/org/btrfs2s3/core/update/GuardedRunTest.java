package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When deletions are withheld, and when not (design: "Guards"). Uploads never are. */
final class GuardedRunTest {

  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant THE_PAST = Instant.parse("1970-01-01T00:01:00Z");
  private static final Instant THE_FUTURE = Instant.parse("2099-06-01T12:00:00Z");

  @TempDir private Path directory = Path.of("");

  /** A month of daily backups, on a machine whose clock nothing confirms. */
  private World month(String policy) throws Exception {
    var world = World.of(directory, policy).withFreeRunningClock();
    for (int day = 0; day < 30; day++) {
      assertThat(world.later(DAY).write("data").run().withheld()).isZero();
    }
    return world;
  }

  private static void requireWithheld(World world, RunReport report, World.State before)
      throws Exception {
    assertThat(report.withheld()).isPositive();
    assertThat(report.plan().withheld().values()).allMatch(w -> w.contains("--allow-delete"));
    assertThat(report.failures()).isEmpty();
    var after = world.state();
    assertThat(after.objects().get("one")).containsAll(before.objects().get("one"));
    assertThat(after.snapshots().get("data")).containsAll(before.snapshots().get("data"));
  }

  private static boolean isBackedUp(World world) throws Exception {
    return world.hasBackup("one", world.newest("data").info().uuid());
  }

  @Test
  void aClockInThePastDeletesNothingInTwoRuns() throws Exception {
    var world = month("1m 40d");
    var before = world.state();
    for (int run = 0; run < 2; run++) {
      var report = world.at(THE_PAST.plus(DAY.multipliedBy(run))).write("data").run();

      requireWithheld(world, report, before);
      assertThat(isBackedUp(world)).isTrue();
    }
  }

  @Test
  void aClockInTheFutureDeletesNothingInTwoRuns() throws Exception {
    var world = month("1m 40d");
    var before = world.state();
    for (int run = 0; run < 2; run++) {
      var report = world.at(THE_FUTURE.plus(DAY.multipliedBy(run))).write("data").run();

      requireWithheld(world, report, before);
      assertThat(isBackedUp(world)).isTrue();
    }
  }

  @Test
  void aClockInTheFutureDeletesNothingOfASourceThatDoesNotChange() throws Exception {
    var world = month("1m 40d");
    var before = world.state();

    requireWithheld(world, world.at(THE_FUTURE).run(), before);
    assertThat(world.state()).isEqualTo(before);
  }

  @Test
  void aServersClockContradictsAWrongOne() throws Exception {
    for (var wrong : List.of(THE_PAST, THE_FUTURE)) {
      var world = World.of(directory.resolve("" + wrong.getEpochSecond()), "1m 40d");
      for (int day = 0; day < 10; day++) {
        world.later(DAY).write("data").run();
      }
      world.store("one").setServerTime(world.now());
      var before = world.state();
      for (int run = 0; run < 2; run++) {
        // The kernel may believe in its clock all the same.
        var report = world.at(wrong.plus(DAY.multipliedBy(run))).write("data").run();

        requireWithheld(world, report, before);
        assertThat(isBackedUp(world)).isTrue();
      }
    }
  }

  @Test
  void afterAWrongClockWasPutRightNothingIsDeletedUntilTheUserSaysSo() throws Exception {
    var world = month("3d");
    var right = world.now();
    world.at(THE_FUTURE).write("data").run();
    var before = world.state();

    var report = world.at(right.plus(DAY.multipliedBy(5))).write("data").run();

    requireWithheld(world, report, before);
    int kept = world.store("one").keys().size();
    assertThat(world.runWithAllowDelete().withheld()).isZero();
    assertThat(world.store("one").keys()).hasSizeLessThan(kept);
  }

  @Test
  void aMonthOffTripsNothing() throws Exception {
    var world = month("30d");
    var before = world.store("one").keys();

    var report = world.later(DAY.multipliedBy(31)).write("data").run();

    assertThat(report.withheld()).isZero();
    assertThat(world.store("one").keys()).hasSize(1).doesNotContainAnyElementsOf(before);
  }

  /** They are the newest then, and the policy would have dropped the old ones before them. */
  @Test
  void aMonthOffAndThenSeveralUploadsAtOnceTripNothing() throws Exception {
    var world = month("30d");
    var before = world.store("one").keys();
    world.later(DAY.multipliedBy(31)).takeAway("one");
    for (int day = 0; day < 4; day++) {
      world.later(DAY).write("data").run();
    }

    var report = world.reach("one").run();

    assertThat(report.withheld()).isZero();
    assertThat(world.store("one").keys()).hasSize(4).doesNotContainAnyElementsOf(before);
    assertThat(world.run().withheld()).isZero();
  }

  @Test
  void aMonthOffAndKilledBeforeTheDeletesTripsNothing() throws Exception {
    var world = month("30d");
    world.later(DAY.multipliedBy(31)).write("data");
    // A snapshot is made, renamed and uploaded.
    var kill = Kill.after(3, world);
    assertThat(catchThrowable(world::run)).isNotNull();
    assertThat(kill.effects()).isEqualTo(3);
    Kill.never(world);
    assertThat(isBackedUp(world)).isTrue();

    assertThat(world.run().withheld()).isZero();
    assertThat(world.store("one").keys()).hasSize(1);
  }

  @Test
  void aMonthOffConfirmedByAServerOrTheKernelTripsNothingHoweverLong() throws Exception {
    var world = month("30d");
    world.later(DAY.multipliedBy(200)).write("data");
    world.store("one").setServerTime(world.now());

    assertThat(world.run().withheld()).isZero();
    assertThat(world.store("one").keys()).hasSize(1);
  }

  @Test
  void aPolicyThatWasCutTripsUntilAllowed() throws Exception {
    var world = month("30d");
    var before = world.state();
    world.source("data", Map.of("one", "3d")).later(DAY).write("data");

    var report = world.run();

    requireWithheld(world, report, before);
    assertThat(isBackedUp(world)).isTrue();
    assertThat(report.executed()).isPositive();
    assertThat(world.run().executed()).isZero();
    assertThat(world.runWithAllowDelete().withheld()).isZero();
    assertThat(world.store("one").keys()).hasSize(3);
  }

  @Test
  void anotherZoneAloneMakesHalfGoAtMost() throws Exception {
    // A day of one zone has parts of two days of another at most, and chains stay whole: this is
    // the worst case, two backups around each midnight of the first zone. So nothing trips.
    var world = World.of(directory, "400d").in(ZoneId.of("UTC"));
    var midnight = Instant.parse("2026-01-01T00:00:00Z");
    for (int pair = 0; pair < 6; pair++) {
      for (int minutes : List.of(-30, 30)) {
        world.at(midnight.plus(DAY.multipliedBy(2L * pair)).plusSeconds(60L * minutes));
        world.write("data").run();
      }
    }
    assertThat(world.store("one").keys()).hasSize(12);

    assertThat(world.in(ZoneId.of("Asia/Tokyo")).run().withheld()).isZero();

    // The first in each day of Tokyo, and the newest.
    assertThat(world.store("one").keys()).hasSize(7);
  }

  @Test
  void theGuardsOfOneRemoteLeaveAnotherAlone() throws Exception {
    var world =
        new World(directory)
            .remote("one")
            .remote("two")
            .source("data", Map.of("one", "30d", "two", "30d"));
    for (int day = 0; day < 30; day++) {
      world.later(DAY).write("data").run();
    }
    UUID oldest = world.entries("data").getFirst().info().uuid();
    world.source("data", Map.of("one", "3d", "two", "30d")).later(DAY).write("data").run();

    assertThat(world.hasBackup("one", oldest)).isTrue();
    assertThat(world.hasBackup("two", oldest)).isFalse();
  }
}
