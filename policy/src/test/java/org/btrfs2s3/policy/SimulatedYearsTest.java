package org.btrfs2s3.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SimulatedYearsTest {

  private static final int HOURS_OF_THREE_YEARS = 3 * 366 * 24;

  /** Invariants 2, 3 and 4 at every step; {@link World} checks the order of each step. */
  @Test
  void threeYearsOfHourlyRunsKeepABoundedNumberOfRestorableBackups() {
    SimulatedYears years =
        new SimulatedYears("1y 3m 10d 24h", "Australia/Lord_Howe", "2023-09-01T00:15:30Z");
    // Each span has one of its own; besides, the most recent one, and the ancestors of what is
    // left of an earlier year, month and day.
    int bound = 1 + 3 + 10 + 24 + 1 + 3;
    for (int hour = 0; hour < HOURS_OF_THREE_YEARS; hour++) {
      PreservationTree tree = years.observe(Duration.ofHours(1));
      years.world.execute(tree);

      assertThat(tree.problems()).isEmpty();
      assertThat(years.world.backups).hasSizeLessThanOrEqualTo(bound);
      assertThat(years.world.snapshots).hasSizeLessThanOrEqualTo(bound);
      if (hour % 24 == 0) {
        assertThat(years.world.restorable()).isEqualTo(years.world.uuidsOfBackups());
        assertThat(years.world.plan(years.policy, years.now, years.zone).isFulfilled()).isTrue();
      }
    }
  }

  /** Invariant 4: runs are killed, backups and snapshots deleted by hand. */
  @Test
  void damagedAndKilledRunsConverge() {
    SimulatedYears years =
        new SimulatedYears("1y 3m 10d 24h", "America/St_Johns", "2023-09-01T00:15:30Z");
    Random random = new Random(5);
    for (int run = 0; run < 3000; run++) {
      PreservationTree tree = years.observe(Duration.ofMinutes(1 + random.nextInt(600)));
      var steps = years.world.steps(tree);
      int done = random.nextInt(4) == 0 ? random.nextInt(steps.size() + 1) : steps.size();
      steps.subList(0, done).forEach(Runnable::run);
      if (random.nextInt(100) == 0) {
        years.world.backups.remove(random.nextInt(years.world.backups.size()));
      }
      if (random.nextInt(100) == 0) {
        years.world.snapshots.remove(random.nextInt(years.world.snapshots.size()));
      }
    }
    years.run(Duration.ofHours(1), 1);
    Set<UUID> restorable = years.world.restorable();
    PreservationTree tree = years.world.plan(years.policy, years.now, years.zone);
    assertThat(tree.isFulfilled()).isTrue();
    assertThat(tree.keptBackups().values())
        .allMatch(
            kept ->
                restorable.contains(kept.item().uuid()) || kept.reasons().contains(Reason.BROKEN));
  }
}
