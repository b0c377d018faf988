package org.btrfs2s3.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.plan.Observed.NOON;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.btrfs2s3.policy.PreservationPolicy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The edges of the guards; whole runs under them are tried elsewhere. */
final class GuardsTest {

  private static final Duration DAY = Duration.ofDays(1);

  private final Observed observed = new Observed();

  /** Two old backups that go, and a new snapshot. */
  @BeforeEach
  void observe() {
    observed.policy = PreservationPolicy.parse("2d");
    observed.now = NOON.plus(DAY.multipliedBy(80));
    observed.backup(1, null, NOON).backup(2, null, NOON.plus(DAY));
    observed.snapshot(1, NOON).snapshot(5, observed.now);
  }

  private void atEndOf(Duration gap) {
    observed.now = NOON.plus(DAY).plus(gap);
    observed.snapshots.removeLast();
    observed.snapshot(5, observed.now);
  }

  @Test
  void withholdNothingWithoutCause() {
    assertThat(observed.plan().withheld()).isEmpty();
    assertThat(observed.plan().actions(Action.Deletion.class)).hasSize(3);
  }

  @Test
  void tenMinutesAheadOfTheClockAreTolerated() {
    observed.snapshot(6, observed.now.plus(Duration.ofMinutes(10)));
    assertThat(observed.plan().withheld()).isEmpty();

    observed.snapshot(7, observed.now.plus(Duration.ofMinutes(10)).plusSeconds(1));
    assertThat(observed.plan().withheld()).hasSameSizeAs(deletions());
    assertThat(observed.plan().actions(Action.Upload.class)).isNotEmpty();
  }

  @Test
  void aServersClockMayDifferByTenMinutes() {
    observed.clockDifference = Duration.ofMinutes(10);
    assertThat(observed.plan().withheld()).isEmpty();

    observed.clockDifference = Duration.ofMinutes(10).plusSeconds(1);
    assertThat(observed.plan().withheld()).hasSameSizeAs(deletions());
  }

  @Test
  void aGapOfMoreThanNinetyDaysNeedsAConfirmedClock() {
    observed.clockSynchronized = false;
    atEndOf(DAY.multipliedBy(90));
    assertThat(observed.plan().withheld()).isEmpty();

    atEndOf(DAY.multipliedBy(90).plusSeconds(1));
    assertThat(observed.plan().withheld()).hasSameSizeAs(deletions());

    observed.clockDifference = Duration.ZERO;
    assertThat(observed.plan().withheld()).isEmpty();
  }

  @Test
  void whatIsNewerThanTheGapMayGo() {
    observed.clockSynchronized = false;
    Instant after = NOON.plus(DAY.multipliedBy(200));
    observed.backup(3, null, after);
    observed.now = after.plus(DAY.multipliedBy(5));
    observed.snapshot(6, observed.now);

    var deletions = observed.plan().actions(Action.DeleteBackup.class);

    assertThat(deletions).extracting(Action.DeleteBackup::backup).containsExactly(Observed.uuid(3));
  }

  @Test
  void allowDeleteLiftsThemAll() {
    observed.clockDifference = DAY;

    var plan = Planner.plan(observed.observation(), new PlanOptions(true, true, true));

    assertThat(plan.withheld()).isEmpty();
    assertThat(plan.actions(Action.Deletion.class)).hasSize(3);
  }

  private List<Action> deletions() {
    return observed.plan().sources().getFirst().actions().stream()
        .filter(Action.Deletion.class::isInstance)
        .toList();
  }
}
