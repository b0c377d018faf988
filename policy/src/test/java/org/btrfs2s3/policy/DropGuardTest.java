package org.btrfs2s3.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** design "Guards", fourth point. */
class DropGuardTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final SimulatedYears years =
      new SimulatedYears("30d 24h", "America/St_Johns", "2025-12-01T00:10:00Z");

  @Test
  void orderlyRunsDoNotTrip() {
    years.run(HOUR, 24 * 40);
    for (int i = 0; i < 48; i++) {
      PreservationTree tree = years.observe(HOUR);
      assertThat(guard(tree, "30d 24h").unexplained()).isEmpty();
      years.world.execute(tree);
    }
  }

  @Test
  void machineThatWasOffForAMonthDoesNotTrip() {
    years.run(HOUR, 24 * 40);
    PreservationTree tree = years.observe(Duration.ofDays(40));
    assertThat(tree.droppedBackups()).hasSizeGreaterThan(years.world.backups.size() / 2);
    assertThat(guard(tree, "30d 24h").trips()).isFalse();
  }

  @Test
  void machineThatWasOffAndThenKilledBeforeItsDeletesDoesNotTrip() {
    years.run(HOUR, 24 * 40);
    PreservationTree killed = years.observe(Duration.ofDays(40));
    years.world.steps(killed).subList(0, killed.uploads().size()).forEach(Runnable::run);
    PreservationTree tree = years.observe(HOUR);
    assertThat(tree.droppedBackups()).hasSizeGreaterThan(years.world.backups.size() / 2);
    assertThat(guard(tree, "30d 24h").trips()).isFalse();
  }

  @Test
  void shorterPolicyTrips() {
    years.run(Duration.ofHours(6), 4 * 40);
    PreservationTree tree = planWith("3d");
    DropGuard guard = guard(tree, "3d");
    assertThat(guard.unexplained()).hasSizeGreaterThan(years.world.backups.size() / 2);
    assertThat(guard.trips()).isTrue();
  }

  @Test
  void fourBackupsAreTooFewToTrip() {
    years.run(Duration.ofHours(6), 4 * 40);
    List<Backup> four = years.world.backups.subList(0, 4);
    assertThat(new DropGuard(four, 4).trips()).isFalse();
    assertThat(new DropGuard(four, 5).trips()).isTrue();
    assertThat(new DropGuard(four, 8).trips()).as("exactly half").isFalse();
  }

  private PreservationTree planWith(String policy) {
    years.observe(HOUR);
    return years.world.plan(PreservationPolicy.parse(policy), years.now, years.zone);
  }

  private DropGuard guard(PreservationTree tree, String policy) {
    return DropGuard.of(
        years.world.backups, tree.droppedBackups(), PreservationPolicy.parse(policy), years.zone);
  }
}
