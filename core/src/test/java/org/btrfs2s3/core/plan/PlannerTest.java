package org.btrfs2s3.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.plan.Observed.NOON;
import static org.btrfs2s3.core.plan.Observed.REMOTE;
import static org.btrfs2s3.core.plan.Observed.stored;
import static org.btrfs2s3.core.plan.Observed.uuid;
import static org.btrfs2s3.core.plan.Observed.uuids;

import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.policy.PreservationPolicy;
import org.btrfs2s3.policy.Reason;
import org.junit.jupiter.api.Test;

final class PlannerTest {

  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private final Observed observed = new Observed();

  @Test
  void theSameObservationGivesTheSamePlanInWhateverOrderThingsWereListed() {
    observed
        .snapshot(3, 7, "data.NEW.c", new Standing.Ours(), NOON)
        .snapshot(1, 7, "data.NEW.a", new Standing.Ours(), NOON)
        .snapshot(2, 7, "data.NEW.b", new Standing.Ours(), NOON);
    var plan = observed.plan();
    Collections.reverse(observed.snapshots);

    // Of equal ones the one that was made first.
    assertThat(plan.actions(Action.Upload.class))
        .singleElement()
        .satisfies(upload -> assertThat(upload.identity().uuid()).isEqualTo(uuid(1)));
    assertThat(observed.plan().actions(Action.Upload.class))
        .isEqualTo(plan.actions(Action.Upload.class));
  }

  @Test
  void ofEqualSnapshotsTheOneWithABackupStays() {
    observed
        .snapshot(1, 7, "data.NEW.a", new Standing.Ours(), NOON)
        .snapshot(7, 7, "data.NEW.b", new Standing.Ours(), NOON)
        .backup(7, null, NOON);

    var plan = observed.plan();

    assertThat(plan.actions(Action.Upload.class)).isEmpty();
    assertThat(plan.actions(Action.DeleteSnapshot.class))
        .extracting(Action.DeleteSnapshot::snapshot)
        .containsExactly(uuid(1));
  }

  /** Invariant 3, for the version that can read it. */
  @Test
  void whatALaterVersionSentAgainstABackupKeepsThatWithItsChain() {
    observed.policy = PreservationPolicy.parse("2d");
    observed.now = NOON.plus(DAY.multipliedBy(20));
    observed.backup(1, null, NOON).backup(2, 1, NOON).snapshot(5, observed.now);
    assertThat(observed.plan().actions(Action.DeleteBackup.class)).hasSize(2);
    observed.unsupported.add(stored(3, 2, NOON, "").identity());

    var plan = observed.plan();

    assertThat(plan.actions(Action.DeleteBackup.class)).isEmpty();
    assertThat(plan.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.kind()).isEqualTo(Problem.Kind.UNSUPPORTED_BACKUP);
              assertThat(problem.message()).contains("only a later version", uuid(3).toString());
            });
  }

  @Test
  void parentsAreUploadedFirstAndChildrenDeletedFirst() {
    observed.now = NOON.plus(DAY.multipliedBy(400));
    observed
        .backup(1, null, NOON)
        .backup(2, 1, NOON.plus(DAY))
        .backup(3, 2, NOON.plus(DAY).plus(HOUR))
        .snapshot(4, observed.now.minus(HOUR.multipliedBy(30)))
        .snapshot(5, observed.now);

    var plan = observed.plan();

    var uploads = plan.actions(Action.Upload.class);
    assertThat(uploads).extracting(u -> u.identity().uuid()).containsExactly(uuid(4), uuid(5));
    assertThat(uploads.getLast().after()).isEqualTo(new UploadId(REMOTE, uuid(4)));
    var deletions = plan.actions(Action.DeleteBackup.class);
    assertThat(deletions)
        .extracting(Action.DeleteBackup::backup)
        .containsExactly(uuid(3), uuid(2), uuid(1));
    assertThat(deletions.getLast().children()).containsExactly(deletions.get(1).key());
    assertThat(deletions)
        .allSatisfy(
            deletion ->
                assertThat(deletion.after())
                    .containsExactlyInAnyOrder(
                        new UploadId(REMOTE, uuid(4)), new UploadId(REMOTE, uuid(5))));
  }

  @Test
  void aSnapshotGoesOnlyAfterTheUploadsThatReadIt() {
    // Invariant 2: the week's nominal is an ancestor, although its week is not preserved any more.
    observed.policy = PreservationPolicy.parse("1w 3d");
    observed.now = NOON.plus(DAY.multipliedBy(5));
    observed
        .snapshot(1, NOON.plus(DAY))
        .snapshot(2, NOON.plus(DAY.multipliedBy(3)))
        .snapshot(3, observed.now);

    var plan = observed.plan();

    assertThat(plan.actions(Action.DeleteSnapshot.class))
        .singleElement()
        .satisfies(
            deletion -> {
              assertThat(deletion.snapshot()).isEqualTo(uuid(1));
              assertThat(deletion.after())
                  .containsExactlyInAnyOrder(
                      new UploadId(REMOTE, uuid(1)), new UploadId(REMOTE, uuid(2)));
            });
  }

  @Test
  void aRemoteThatIsAwayKeepsTheAncestorsThatItIsGoingToNeed() {
    // Invariant 2.
    observed.policy = PreservationPolicy.parse("1w 3d");
    observed.now = NOON.plus(DAY.multipliedBy(5));
    observed.away = true;
    observed
        .snapshot(1, NOON.plus(DAY))
        .snapshot(2, NOON.plus(DAY.multipliedBy(3)))
        .snapshot(3, observed.now);

    var plan = observed.plan();

    assertThat(plan.actions(Action.Deletion.class)).isEmpty();
    assertThat(plan.actions(Action.Upload.class)).isEmpty();
    assertThat(plan.sources().getFirst().reasonsToKeep(uuid(1)))
        .isEqualTo(Set.of(Reason.SEND_ANCESTOR));
  }

  @Test
  void whatIsNotOursOrNotUsableIsNeitherNamedNorSentNorDeleted() {
    // Invariant 10.
    observed
        .snapshot(1, 1, "mine", new Standing.Users(), NOON.minus(DAY.multipliedBy(900)))
        .snapshot(2, 2, "data.NEW.1", new Standing.Unusable("edited"), NOON)
        .snapshot(3, 3, "data.NEW.2", new Standing.Ours(), NOON);

    assertThat(observed.plan().actions(Action.class))
        .hasSize(2)
        .noneMatch(action -> action.toString().contains(uuids(1).getFirst().toString()))
        .noneMatch(action -> action.toString().contains(uuids(2).getFirst().toString()));
  }

  @Test
  void equalNamesAreToldApart() {
    observed.policy = PreservationPolicy.parse("4q");
    observed
        .snapshot(1, 5, "data.2026-02-11T12:00:00+00:00.6", new Standing.Users(), NOON)
        .snapshot(6, 6, "data.NEW.1", new Standing.Ours(), NOON);

    assertThat(observed.plan().actions(Action.RenameSnapshot.class))
        .extracting(Action.RenameSnapshot::to)
        .containsExactly("data.2026-02-11T12:00:00+00:00.6.00000000");
  }

  @Test
  void anotherRunsSourceIsOnlySnapshotted() {
    observed.snapshot(1, NOON.minus(DAY.multipliedBy(900))).snapshot(2, NOON);
    observed.sourceCtransid = 3;
    observed.mayUpload = false;

    assertThat(observed.plan().actions(Action.class))
        .hasOnlyElementsOfTypes(Action.CreateSnapshot.class, Action.RenameSnapshot.class);
  }

  @Test
  void copiesGoWithTheirOriginal() {
    observed.now = NOON.plus(DAY.multipliedBy(400));
    observed.backup(1, null, NOON).snapshot(5, observed.now);
    observed.backups.add(stored(1, null, NOON, "copies/"));
    observed.backups.add(stored(3, 1, NOON, ""));

    var deletions = observed.plan().actions(Action.DeleteBackup.class);

    assertThat(deletions)
        .extracting(Action.DeleteBackup::key)
        .containsExactlyInAnyOrderElementsOf(
            observed.backups.stream().map(StoredBackup::key).toList());
    assertThat(deletions)
        .filteredOn(deletion -> deletion.backup().equals(uuid(1)))
        .allSatisfy(
            deletion ->
                assertThat(deletion.children()).containsExactly(stored(3, 1, NOON, "").key()));
  }

  @Test
  void aBrokenObjectGoesOnlyAfterTheUploadThatReplacesIt() {
    observed.backup(2, 1, NOON).snapshot(2, NOON);

    var plan = observed.plan();

    assertThat(plan.actions(Action.Upload.class)).hasSize(1);
    assertThat(plan.actions(Action.DeleteBackup.class))
        .singleElement()
        .satisfies(
            deletion -> {
              assertThat(deletion.cause()).isEqualTo(Action.DeleteBackup.Cause.REPLACED);
              assertThat(deletion.after()).containsExactly(new UploadId(REMOTE, uuid(2)));
            });
    assertThat(plan.problems())
        .extracting(Problem::kind)
        .containsExactly(Problem.Kind.BROKEN_BACKUP);
  }
}
