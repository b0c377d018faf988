package org.btrfs2s3.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.plan.Observed.NOON;
import static org.btrfs2s3.core.plan.Observed.REMOTE;
import static org.btrfs2s3.core.plan.Observed.SOURCE;
import static org.btrfs2s3.core.plan.Observed.stored;
import static org.btrfs2s3.core.plan.Observed.uuid;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.SegmentedObjects;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.UnfinishedUpload;
import org.btrfs2s3.policy.Ctransid;
import org.btrfs2s3.policy.PreservationPolicy;
import org.btrfs2s3.policy.Reason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a plan makes of segments without commit object, and of uploads that were never ended. */
final class LeftoversTest {

  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private final Observed observed = new Observed();

  private static SegmentedObjects objects(
      UUID source, int number, @Nullable Integer parent, long attempt, Instant written) {
    var identity =
        new BackupIdentity(
            uuid(number),
            source,
            parent == null ? null : uuid(parent),
            Ctransid.ofKernel(number),
            NOON);
    return new SegmentedObjects(identity, Attempt.of(attempt), written);
  }

  private static UnfinishedBackup unfinished(SegmentedObjects objects, int segments) {
    return Catalog.of(objects.plain(segments, false).toList()).unfinished().getFirst();
  }

  private UnfinishedBackup unfinished(int number, @Nullable Integer parent, int segments) {
    var attempt =
        unfinished(objects(SOURCE, number, parent, number * 10L + segments, NOON), segments);
    observed.unfinished.add(attempt);
    return attempt;
  }

  private Leftovers leftovers() {
    return observed.plan().sources().getFirst().remotes().getFirst().leftovers();
  }

  /** A month later a snapshot of that time is not preserved any more. */
  private void expire() {
    observed.policy = PreservationPolicy.parse("2d");
    observed.now = NOON.plus(DAY.multipliedBy(20));
  }

  @Test
  void whatIsHalfUploadedIsFinishedFirstAndKeepsItsSnapshots() {
    expire();
    observed.backup(1, null, NOON).snapshot(1, NOON).snapshot(2, NOON).snapshot(5, observed.now);
    var attempt = unfinished(2, 1, 3);

    var plan = observed.plan();

    var uploads = plan.actions(Action.Upload.class);
    assertThat(uploads).extracting(u -> u.identity().uuid()).containsExactly(uuid(2), uuid(5));
    assertThat(uploads.getFirst().identity()).isEqualTo(attempt.identity());
    assertThat(uploads.getFirst().reasons()).contains(Reason.UPLOADING);
    assertThat(plan.actions(Action.Deletion.class)).isEmpty();
    assertThat(plan.actions(Action.Collection.class)).isEmpty();
    var source = plan.sources().getFirst();
    assertThat(source.reasonsToKeep(uuid(1))).contains(Reason.UPLOADING);
    assertThat(source.reasonsToKeep(uuid(2))).contains(Reason.UPLOADING);
    assertThat(leftovers().kept()).containsExactly(attempt);
  }

  @Test
  void itsChainIsKept() {
    expire();
    observed
        .backup(1, null, NOON)
        .backup(2, 1, NOON)
        .snapshot(2, NOON)
        .snapshot(3, NOON)
        .snapshot(5, observed.now);
    unfinished(3, 2, 1);

    assertThat(observed.plan().actions(Action.DeleteBackup.class)).isEmpty();
  }

  @Test
  void itsSendParentIsNotChosenAnew() {
    // The policy would have it sent in full.
    observed.policy = PreservationPolicy.parse("2d");
    observed.backup(1, null, NOON.minus(HOUR)).snapshot(1, NOON.minus(HOUR)).snapshot(2, NOON);
    unfinished(2, 1, 1);

    assertThat(observed.plan().actions(Action.Upload.class))
        .first()
        .satisfies(upload -> assertThat(upload.identity().sendParent()).isEqualTo(uuid(1)));
  }

  @Test
  void ofSeveralTheLongestDecidesAndThoseOfTheSameStreamStay() {
    observed.snapshot(1, NOON);
    var one = unfinished(1, null, 2);
    var other = unfinished(1, null, 5);

    assertThat(leftovers().kept()).containsExactlyInAnyOrder(one, other);
    assertThat(observed.plan().actions(Action.CollectSegments.class)).isEmpty();
  }

  @Test
  void whatALostBackupThatIsNeededWasSentAgainstStays() {
    // Invariant 3: of the chain 1, 2, 3 only the commit object of 2 is lost.
    observed.policy = PreservationPolicy.parse("1y 1m 30d");
    observed.now = NOON.plus(DAY.multipliedBy(400));
    observed.backup(1, null, NOON).backup(3, 2, observed.now).snapshot(4, observed.now);
    var attempt = unfinished(2, 1, 3);

    assertThat(observed.plan().actions(Action.Deletion.class)).isEmpty();
    assertThat(leftovers().lost()).containsExactly(attempt);
    assertThat(observed.plan().actions(Action.Upload.class))
        .extracting(upload -> upload.identity().uuid())
        .containsExactly(uuid(4));
  }

  /** Invariants 2 and 3: it was a backup, and is sent anew, in full, which may fail. */
  @Test
  void whatABackupWasSentAgainstStaysUntilItIsThereAnew() {
    observed.snapshot(2, NOON).snapshot(3, NOON).backup(3, 2, NOON);
    var attempt = unfinished(2, 1, 3);

    assertThat(observed.plan().actions(Action.Upload.class))
        .extracting(upload -> upload.identity().uuid())
        .containsExactly(uuid(2));
    assertThat(observed.plan().actions(Action.CollectSegments.class)).isEmpty();
    assertThat(leftovers().kept()).containsExactly(attempt);
    observed.backup(2, null, NOON);
    assertThat(observed.plan().actions(Action.CollectSegments.class)).hasSize(1);
  }

  /** Invariants 2 and 3: nor may what only a later version can read lose its send parent. */
  @Test
  void whatALaterVersionSentAgainstASnapshotKeepsItsLostAttempt() {
    observed.now = NOON.plus(DAY.multipliedBy(40));
    observed.snapshot(5, observed.now);
    unfinished(2, null, 3);
    assertThat(observed.plan().actions(Action.DeleteLostBackup.class)).hasSize(1);
    observed.unsupported.add(stored(3, 2, NOON, "").identity());

    assertThat(observed.plan().actions(Action.DeleteLostBackup.class)).isEmpty();
  }

  @Test
  void anAttemptBesideABackupThatCannotBeRestoredIsFinished() {
    observed.snapshot(2, NOON).backup(2, 9, NOON);
    var attempt = unfinished(2, null, 3);

    assertThat(leftovers().kept()).containsExactly(attempt);
    assertThat(observed.plan().actions(Action.CollectSegments.class)).isEmpty();
    assertThat(observed.plan().actions(Action.Upload.class))
        .singleElement()
        .satisfies(upload -> assertThat(upload.reasons()).contains(Reason.UPLOADING));
  }

  @Test
  void besideABackupThatCannotBeRestoredItMayBeALostBackup() {
    observed.snapshot(3, NOON).backup(2, 9, NOON);
    var attempt = unfinished(2, null, 3);

    assertThat(leftovers().lost()).containsExactly(attempt);
  }

  @Test
  void whatNamesAnotherCtransidThanItsSnapshotIsGarbage() {
    observed.snapshot(1, 77, "data.NEW.1", new Standing.Ours(), NOON);
    var attempt = unfinished(1, null, 3);

    requireCollected(attempt);
    assertThat(observed.plan().actions(Action.Upload.class))
        .singleElement()
        .satisfies(
            upload -> assertThat(upload.identity().ctransid()).isEqualTo(Ctransid.ofKernel(77)));
  }

  @Test
  void whatNamesAnotherTimeThanItsSnapshotIsGarbage() {
    observed.snapshot(1, NOON.plusSeconds(1));

    requireCollected(unfinished(1, null, 3));
  }

  @Test
  void theKeysSecondIsThatOfTheSnapshot() {
    observed.snapshot(1, NOON.plusMillis(999));

    var attempt = unfinished(1, null, 3);

    assertThat(leftovers().kept()).containsExactly(attempt);
  }

  private void requireCollected(UnfinishedBackup attempt) {
    var plan = observed.plan();
    assertThat(plan.actions(Action.CollectSegments.class))
        .containsExactly(new Action.CollectSegments(SOURCE, REMOTE, attempt));
    assertThat(plan.actions(Action.Upload.class))
        .allSatisfy(upload -> assertThat(upload.reasons()).doesNotContain(Reason.UPLOADING));
  }

  @Test
  void anotherEncodingIsNotResumed() {
    observed.snapshot(1, NOON);
    var encoded = objects(SOURCE, 1, null, 7, NOON);
    observed.unfinished.addAll(Catalog.of(List.of(encoded.segment(0))).unfinished());

    requireCollected(observed.unfinished.getFirst());
  }

  @Test
  void withoutSegmentsInTheConfigurationNothingIsResumed() {
    observed.snapshot(1, NOON).segmented = false;

    requireCollected(unfinished(1, null, 3));
  }

  @Test
  void withAnIncompleteChainOnThatRemoteNothingIsResumed() {
    // Invariant 3.
    observed.snapshot(1, NOON).snapshot(2, NOON).snapshot(3, NOON).backup(2, 1, NOON);

    requireCollected(unfinished(3, 2, 3));
  }

  @Test
  void withoutTheSnapshotOfTheSendParentNothingIsResumed() {
    observed.backup(1, null, NOON).snapshot(2, NOON);

    requireCollected(unfinished(2, 1, 3));
  }

  @Test
  void aChangedSendParentCannotBeSentAgainst() {
    observed
        .backup(1, null, NOON)
        .snapshot(1, 1, "data.NEW.1", new Standing.Unusable("edited"), NOON)
        .snapshot(2, NOON);

    requireCollected(unfinished(2, 1, 3));
  }

  @Test
  void whatIsCommittedOtherwiseIsGarbage() {
    observed.snapshot(1, NOON).backup(1, null, NOON);

    requireCollected(unfinished(1, null, 3));
  }

  @Test
  void withoutItsFirstSegmentItIsGarbageWhateverItIsOf() {
    var objects = objects(SOURCE, 9, null, 9, NOON);
    observed.snapshot(1, NOON);
    observed.unfinished.addAll(Catalog.of(List.of(objects.segment(1))).unfinished());

    requireCollected(observed.unfinished.getFirst());
  }

  @Test
  void aSnapshotThatNobodyWantsAnyMoreIsStillFinished() {
    // Weeks of an upload are not thrown away because its span has passed.
    expire();
    observed.snapshot(1, NOON).snapshot(5, observed.now);
    unfinished(1, null, 3);

    assertThat(observed.plan().actions(Action.Upload.class))
        .extracting(upload -> upload.identity().uuid())
        .containsExactly(uuid(1), uuid(5));
  }

  @Test
  void aSnapshotThatCannotBeReadNowKeepsItsAttempt() {
    observed.snapshot(1, 1, "data.NEW.1", new Standing.Unusable("EIO"), NOON).snapshot(2, NOON);
    var attempt = unfinished(1, null, 3);

    assertThat(leftovers().kept()).containsExactly(attempt);
    assertThat(observed.plan().actions(Action.Collection.class)).isEmpty();
    assertThat(observed.plan().actions(Action.DeleteLostBackup.class)).isEmpty();
  }

  @Test
  void withoutSnapshotAndBackupItMayBeALostBackup() {
    observed.snapshot(2, NOON);
    observed.now = NOON.plus(DAY.multipliedBy(30));
    var attempt = unfinished(1, null, 3);

    assertThat(leftovers().lost()).containsExactly(attempt);
    assertThat(observed.plan().problems())
        .extracting(Problem::kind)
        .containsExactly(Problem.Kind.LOST_COMMIT);
    assertThat(observed.plan().problems().getFirst().message())
        .endsWith("abandon " + uuid(1) + " removes them");
    assertThat(observed.plan().actions(Action.DeleteLostBackup.class)).isEmpty();

    observed.now = observed.now.plusSeconds(1);
    assertThat(observed.plan().actions(Action.DeleteLostBackup.class))
        .extracting(Action.DeleteLostBackup::unfinished)
        .containsExactly(attempt);
  }

  @Test
  void aLostBackupGoesOnlyAfterTheUploadsAndUnderTheGuards() {
    // Invariant 2.
    observed.now = NOON.plus(DAY.multipliedBy(31));
    observed.snapshot(2, observed.now);
    unfinished(1, null, 3);

    var deletion = observed.plan().actions(Action.DeleteLostBackup.class).getFirst();
    assertThat(deletion.after()).containsExactly(new UploadId(REMOTE, uuid(2)));

    observed.clockDifference = HOUR;
    assertThat(observed.plan().withheld()).containsKey(deletion);
  }

  @Test
  void aLostBackupStaysAsLongAsItsNewestSegmentIsYoung() {
    observed.now = NOON.plus(DAY.multipliedBy(31));
    observed.snapshot(2, NOON);
    var old = objects(SOURCE, 1, null, 1, NOON);
    var young = objects(SOURCE, 1, null, 1, NOON.plus(DAY.multipliedBy(2)));
    observed.unfinished.addAll(Catalog.of(List.of(old.segment(0), young.segment(1))).unfinished());

    assertThat(observed.plan().actions(Action.DeleteLostBackup.class)).isEmpty();
  }

  @Test
  void aLostBackupStaysAsLongAsABackupNeedsIt() {
    // Invariant 3.
    observed.now = NOON.plus(DAY.multipliedBy(40));
    observed.backup(2, 1, NOON).snapshot(3, NOON);
    unfinished(1, null, 3);

    assertThat(leftovers().lost()).hasSize(1);
    assertThat(observed.plan().actions(Action.DeleteLostBackup.class)).isEmpty();
    assertThat(observed.plan().problems())
        .filteredOn(problem -> problem.kind() == Problem.Kind.LOST_COMMIT)
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.message())
                    .contains("kept as long as", "sent against it")
                    .doesNotContain("abandon"));
  }

  @Test
  void aDamagedBackupNeedsItTooAndIsNobodysSendParent() {
    observed.now = NOON.plus(DAY.multipliedBy(40));
    var child = objects(SOURCE, 2, 1, 5, NOON);
    observed.damaged.addAll(Catalog.of(List.of(child.segment(0), child.commit(2))).damaged());
    observed.snapshot(3, NOON);
    unfinished(1, null, 3);

    assertThat(observed.plan().actions(Action.Deletion.class)).isEmpty();
    assertThat(observed.plan().problems())
        .extracting(Problem::kind)
        .containsExactlyInAnyOrder(Problem.Kind.BROKEN_BACKUP, Problem.Kind.LOST_COMMIT);
  }

  @Test
  void aDamagedBackupGoesOnlyAfterTheUploadThatReplacesIt() {
    // Invariants 2 and 3.
    var damaged = objects(SOURCE, 1, null, 5, NOON);
    observed.damaged.addAll(Catalog.of(List.of(damaged.segment(0), damaged.commit(2))).damaged());
    observed.snapshot(1, NOON);

    var deletion = observed.plan().actions(Action.DeleteBackup.class).getFirst();

    assertThat(deletion.cause()).isEqualTo(Action.DeleteBackup.Cause.REPLACED);
    assertThat(deletion.after()).containsExactly(new UploadId(REMOTE, uuid(1)));
    assertThat(deletion.key()).isEqualTo(damaged.commit(2).key());
    assertThat(deletion.steps()).containsExactly(List.of(damaged.segment(0).key()));
  }

  @Test
  void abandonedUploadsOfTheSourceAreAborted() {
    observed.snapshot(1, NOON).backup(1, null, NOON);
    var key = objects(SOURCE, 1, null, 5, NOON).segment(0).key();
    var upload = new UnfinishedUpload(key, "ours", NOON);
    observed.uploads.add(upload);

    assertThat(observed.plan().actions(Action.AbortUpload.class))
        .containsExactly(new Action.AbortUpload(SOURCE, REMOTE, upload));
  }

  @Test
  void whatIsOfOtherSourcesIsLeftAlone() {
    // Invariant 10.
    observed.snapshot(1, NOON).backup(1, null, NOON);
    observed.now = NOON.plus(HOUR);
    var foreign = objects(new UUID(0, 2000), 7, null, 5, NOON.minus(DAY.multipliedBy(90)));
    observed.unfinished.add(unfinished(foreign, 3));
    observed.uploads.add(new UnfinishedUpload(foreign.segment(0).key(), "theirs", NOON));
    observed.uploads.add(new UnfinishedUpload(new ObjectKey("photo"), "any", NOON));

    assertThat(observed.plan().actions(Action.class))
        .allMatch(action -> action instanceof Action.RenameSnapshot);
    assertThat(observed.plan().problems()).isEmpty();
  }

  @Test
  void whoMayNotUploadCollectsNothing() {
    observed.snapshot(1, NOON).backup(1, null, NOON);
    unfinished(1, null, 3);
    var key = objects(SOURCE, 1, null, 5, NOON).segment(0).key();
    observed.uploads.add(new UnfinishedUpload(key, "ours", NOON));

    var snapshotsOnly = Planner.plan(observed.observation(), new PlanOptions(true, false, false));
    observed.mayUpload = false;

    assertThat(snapshotsOnly.actions(Action.Collection.class)).isEmpty();
    assertThat(observed.plan().actions(Action.Collection.class)).isEmpty();
  }

  @Test
  void whoMayNotUploadKeepsTheSnapshotsOfWhatAnotherRunUploads() {
    expire();
    observed.mayUpload = false;
    observed.snapshot(1, NOON).snapshot(5, observed.now);
    unfinished(1, null, 3);

    assertThat(observed.plan().sources().getFirst().reasonsToKeep(uuid(1)))
        .contains(Reason.UPLOADING);
  }
}
