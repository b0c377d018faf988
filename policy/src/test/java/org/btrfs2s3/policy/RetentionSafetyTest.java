package org.btrfs2s3.policy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetentionSafetyTest {

  private static final ZoneId ZONE = ZoneId.of("America/St_Johns");
  private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
  private static final PreservationPolicy WEEK = PreservationPolicy.parse("7d");

  @Test
  void keepsTheNewestBackupWithItsAncestorsWithoutAccessToTheSource() {
    Backup full = backup(1, null, 900);
    Backup newest = backup(3, 1, 700);
    PreservationTree tree = plan(List.of(), List.of(full, backup(2, 1, 800), newest), NOW);

    assertThat(tree.keptBackups().keySet()).containsExactly(uuid(1), uuid(3));
    assertThat(kept(tree, 3).reasons()).containsExactly(Reason.NEWEST);
    assertThat(kept(tree, 1).reasons()).containsExactly(Reason.SEND_ANCESTOR);
  }

  /** "The clock at 1970 or 2099." */
  @Test
  void wrongClockLeavesTheLastChain() {
    List<Backup> backups = List.of(backup(1, null, 2), backup(2, 1, 1), backup(3, 2, 0));
    for (String clock : List.of("1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z")) {
      PreservationTree tree = plan(List.of(), backups, Instant.parse(clock));
      assertThat(tree.droppedBackups()).isEmpty();
      assertThat(kept(tree, 3).reasons()).containsExactly(Reason.NEWEST);
    }
  }

  @Test
  void newestIsTheOneWithTheLargestCtransidWhateverItsCtime() {
    Backup madeUnderAWrongClock = backup(2, null, 20_000);
    PreservationTree tree =
        plan(List.of(), List.of(backup(1, null, 30), madeUnderAWrongClock), NOW);
    assertThat(tree.keptBackups().keySet()).containsExactly(uuid(2));
  }

  @Test
  void keepsEveryBackupNewerThanAllSnapshots() {
    PreservationTree tree =
        plan(
            List.of(snapshot(1, 100)),
            List.of(backup(1, null, 100), backup(2, 1, 90), backup(3, 1, 80)),
            NOW);
    assertThat(tree.keptBackups().keySet()).containsExactly(uuid(1), uuid(2), uuid(3));
    assertThat(kept(tree, 2).reasons()).containsExactly(Reason.NEWEST);
    assertThat(tree.isFulfilled()).isTrue();
  }

  @Test
  void brokenBackupFillsNoSpanAndItsSnapshotIsUploadedAgain() {
    Backup broken = backup(2, 9, 1);
    PreservationTree tree = plan(List.of(snapshot(2, 1)), List.of(broken), NOW);

    assertThat(tree.uploads())
        .singleElement()
        .satisfies(upload -> assertThat(upload.item()).isEqualTo(backup(2, null, 1)));
    assertThat(tree.replacedBroken()).containsExactly(broken);
    assertThat(tree.droppedBackups()).isEmpty();
    assertThat(tree.problems()).containsExactly(new ChainProblem.MissingAncestor(broken, uuid(9)));
  }

  @Test
  void brokenBackupWithoutSnapshotStays() {
    Backup broken = backup(1, 9, 700);
    Backup child = backup(2, 1, 600);
    PreservationTree tree =
        plan(List.of(snapshot(3, 0)), List.of(broken, child, backup(3, null, 0)), NOW);

    assertThat(kept(tree, 1).reasons()).containsExactly(Reason.BROKEN);
    assertThat(kept(tree, 2).reasons()).containsExactly(Reason.BROKEN);
    assertThat(kept(tree, 2).spans()).isEmpty();
    assertThat(tree.problems())
        .containsExactlyInAnyOrder(
            new ChainProblem.MissingAncestor(broken, uuid(9)),
            new ChainProblem.MissingAncestor(child, uuid(9)));
    assertThat(tree.isFulfilled()).isTrue();
  }

  /** Twin of the above: here the chain can be completed, so that nothing is broken. */
  @Test
  void missingAncestorWithSnapshotIsUploadedAgain() {
    PreservationTree tree =
        plan(List.of(snapshot(1, 3), snapshot(2, 2)), List.of(backup(2, 1, 2)), NOW);

    assertThat(tree.problems()).isEmpty();
    assertThat(tree.uploads()).singleElement().extracting(Kept::item).isEqualTo(backup(1, null, 3));
    assertThat(kept(tree, 2).item().sendParent()).isEqualTo(uuid(1));
  }

  @Test
  void onlyTheBackupNextToTheGapIsReplacedIfThatCompletesTheOthers() {
    Backup broken = backup(2, 9, 2);
    Backup child = backup(3, 2, 1);
    PreservationTree tree =
        plan(List.of(snapshot(2, 2), snapshot(3, 1)), List.of(broken, child), NOW);

    assertThat(tree.uploads()).singleElement().extracting(Kept::item).isEqualTo(backup(2, null, 2));
    assertThat(tree.replacedBroken()).containsExactly(broken);
    assertThat(kept(tree, 3).item()).isEqualTo(child);
  }

  /** Killed between the upload that replaces a broken backup and its deletion. */
  @Test
  void brokenBackupThatIsReplacedAlreadyMayGo() {
    Backup broken = backup(1, 9, 1);
    Backup whole = backup(1, null, 1);
    PreservationTree tree = plan(List.of(snapshot(1, 1)), List.of(broken, whole), NOW);

    assertThat(tree.uploads()).isEmpty();
    assertThat(kept(tree, 1).item()).isEqualTo(whole);
    assertThat(tree.replacedBroken()).containsExactly(broken);
  }

  @Test
  void cycleEndsAndIsBroken() {
    Backup one = backup(1, 2, 2);
    Backup other = backup(2, 1, 1);
    PreservationTree tree = plan(List.of(), List.of(one, other), NOW);

    assertThat(tree.problems())
        .containsExactlyInAnyOrder(new ChainProblem.Cycle(one), new ChainProblem.Cycle(other));
    assertThat(tree.keptBackups()).hasSize(2);
    assertThat(tree.droppedBackups()).isEmpty();
  }

  /** Two snapshots of one ctransid; the backup of the first was deleted by hand. */
  @Test
  void sendsInFullWhatWouldBecomeItsOwnAncestor() {
    Snapshot first = new Snapshot(uuid(1), ctransid(5), NOW.minusSeconds(60));
    Snapshot second = new Snapshot(uuid(2), ctransid(5), NOW.minusSeconds(50));
    Backup child = new Backup(uuid(2), uuid(1), ctransid(5), NOW.minusSeconds(50));
    PreservationTree tree = plan(List.of(second, first), List.of(child), NOW);

    assertThat(tree.uploads())
        .singleElement()
        .extracting(upload -> upload.item().isFull())
        .isEqualTo(true);
    assertThat(tree.problems()).isEmpty();
  }

  /** Its ctransid would put it last, but the first upload needs it: invariant 3. */
  @Test
  void uploadsFirstWhatAnotherUploadNeedsThroughABackupThatExists() {
    PreservationTree tree =
        RetentionSafety.plan(
            List.of(snapshot(1, 40), snapshot(3, 20), snapshot(4, 10)),
            RemoteState.of(List.of(backup(1, 4, 40), backup(6, 3, 0))),
            PreservationPolicy.parse("1y"),
            NOW,
            ZONE);
    assertThat(tree.uploads())
        .extracting(Kept::item)
        .containsExactly(backup(4, null, 10), backup(3, 1, 20));
  }

  /** The tree would send it against 1: what is uploaded of it already was sent in full. */
  @Test
  void finishesWhatIsBeingUploadedWithTheSendParentThatItHas() {
    var uploading = backup(2, null, 20);
    PreservationTree tree =
        RetentionSafety.plan(
            List.of(snapshot(1, 30), snapshot(2, 20), snapshot(3, 10)),
            new RemoteState(List.of(backup(1, null, 30)), List.of(), uploading, List.of()),
            PreservationPolicy.parse("1y"),
            NOW,
            ZONE);

    assertThat(tree.uploads()).extracting(Kept::item).contains(uploading);
    assertThat(kept(tree, 2).reasons()).contains(Reason.UPLOADING);
    assertThat(requireNonNull(tree.keptSnapshots().get(uuid(2))).reasons())
        .contains(Reason.UPLOADING);
  }

  /** Invariant 3: its send parent, which no policy wants, stays on both sides. */
  @Test
  void keepsTheSendParentOfWhatIsBeingUploaded() {
    var uploading = backup(2, 1, 20);
    PreservationTree tree =
        RetentionSafety.plan(
            List.of(snapshot(1, 30), snapshot(2, 20), snapshot(3, 10)),
            new RemoteState(List.of(backup(1, null, 30)), List.of(), uploading, List.of()),
            PreservationPolicy.parse(""),
            NOW,
            ZONE);

    assertThat(tree.droppedBackups()).isEmpty();
    assertThat(tree.droppedSnapshots()).isEmpty();
    assertThat(kept(tree, 1).neededBy()).contains(uuid(2));
  }

  @Test
  void uploadsADamagedBackupAgainAndReplacesIt() {
    var damaged = backup(1, null, 30);
    PreservationTree tree =
        RetentionSafety.plan(
            List.of(snapshot(1, 30)),
            new RemoteState(List.of(), List.of(damaged), null, List.of()),
            PreservationPolicy.parse("1y"),
            NOW,
            ZONE);

    assertThat(tree.uploads()).extracting(Kept::item).containsExactly(damaged);
    assertThat(tree.replacedDamaged()).containsExactly(damaged);
    assertThat(tree.problems()).containsExactly(new ChainProblem.Damaged(damaged));
  }

  /** Invariant 3: it fills no span, and what was sent against it is broken. */
  @Test
  void aDamagedBackupWithoutSnapshotStaysAndIsNobodysSendParent() {
    var damaged = backup(1, null, 30);
    var child = backup(2, 1, 20);
    PreservationTree tree =
        RetentionSafety.plan(
            List.of(snapshot(3, 10)),
            new RemoteState(List.of(child), List.of(damaged), null, List.of()),
            PreservationPolicy.parse("1y"),
            NOW,
            ZONE);

    assertThat(kept(tree, 1).reasons()).containsExactly(Reason.BROKEN);
    assertThat(kept(tree, 2).reasons()).containsExactly(Reason.BROKEN);
    assertThat(tree.uploads()).extracting(Kept::item).containsExactly(backup(3, null, 10));
    assertThat(tree.droppedBackups()).isEmpty();
    assertThat(tree.replacedDamaged()).isEmpty();
  }

  /** Equal as values, and yet only the damaged one may go. */
  @Test
  void aDamagedBackupBesideAWholeOneGoesAlone() {
    var whole = backup(1, null, 30);
    PreservationTree tree =
        RetentionSafety.plan(
            List.of(snapshot(1, 30)),
            new RemoteState(List.of(whole), List.of(whole), null, List.of()),
            PreservationPolicy.parse("1y"),
            NOW,
            ZONE);

    assertThat(tree.replacedDamaged()).containsExactly(whole);
    assertThat(tree.replacedBroken()).isEmpty();
    assertThat(tree.droppedBackups()).isEmpty();
    assertThat(tree.uploads()).isEmpty();
  }

  /** The chain 1, M, 3, where M has lost its commit object: with 1 gone, nobody could repair 3. */
  @Test
  void keepsWhatABackupThatLostItsCommitObjectWasSentAgainst() {
    PreservationTree tree =
        RetentionSafety.plan(
            List.of(snapshot(4, 0)),
            new RemoteState(
                List.of(backup(1, null, 400), backup(3, 2, 1)),
                List.of(),
                null,
                List.of(backup(2, 1, 40))),
            PreservationPolicy.parse("1y 1m 30d"),
            NOW,
            ZONE);

    assertThat(tree.droppedBackups()).isEmpty();
    assertThat(kept(tree, 1).reasons()).containsExactly(Reason.SEND_ANCESTOR);
    assertThat(kept(tree, 1).neededBy()).containsExactly(uuid(2));
    assertThat(tree.keptBackups()).doesNotContainKey(uuid(2));
    assertThat(tree.uploads()).extracting(Kept::item).containsExactly(backup(4, null, 0));
    assertThat(tree.problems())
        .containsExactly(new ChainProblem.MissingAncestor(backup(3, 2, 1), uuid(2)));
  }

  @Test
  void keepsWhatADamagedBackupWasSentAgainst() {
    PreservationTree tree =
        RetentionSafety.plan(
            List.of(snapshot(4, 0)),
            new RemoteState(
                List.of(backup(1, null, 400), backup(2, 1, 300)),
                List.of(backup(3, 2, 200)),
                null,
                List.of()),
            WEEK,
            NOW,
            ZONE);

    assertThat(tree.droppedBackups()).isEmpty();
    assertThat(kept(tree, 1).reasons()).containsExactly(Reason.SEND_ANCESTOR);
    assertThat(kept(tree, 2).reasons()).containsExactly(Reason.SEND_ANCESTOR);
    assertThat(tree.problems()).containsExactly(new ChainProblem.Damaged(backup(3, 2, 200)));
  }

  /** The ancestor's duplicate stays with it, and so does what only the duplicate needs. */
  @Test
  void keepsTheAncestorsOfADuplicateOfABrokenBackupsAncestor() {
    PreservationTree tree =
        RetentionSafety.plan(
            List.of(snapshot(4, 0)),
            new RemoteState(
                List.of(backup(1, null, 400), backup(2, null, 300), backup(2, 1, 300)),
                List.of(backup(3, 2, 200)),
                null,
                List.of()),
            WEEK,
            NOW,
            ZONE);

    assertThat(tree.droppedBackups()).isEmpty();
  }

  /** Once its replacement is there it goes, and needs nothing any more. */
  @Test
  void keepsNothingForADamagedBackupThatIsReplaced() {
    PreservationTree tree =
        RetentionSafety.plan(
            List.of(snapshot(3, 1)),
            new RemoteState(
                List.of(backup(1, null, 400)), List.of(backup(3, 1, 1)), null, List.of()),
            WEEK,
            NOW,
            ZONE);

    assertThat(tree.droppedBackups()).containsExactly(backup(1, null, 400));
  }

  /** Its chain is completed by uploading the ancestor that is missing. */
  @Test
  void finishesNoUploadBesideAnUnbrokenBackup() {
    PreservationTree tree =
        RetentionSafety.plan(
            List.of(snapshot(1, 3), snapshot(2, 1)),
            new RemoteState(List.of(backup(2, 1, 1)), List.of(), backup(2, null, 1), List.of()),
            WEEK,
            NOW,
            ZONE);

    assertThat(tree.uploads()).extracting(Kept::item).containsExactly(backup(1, null, 3));
    assertThat(kept(tree, 2).item()).isEqualTo(backup(2, 1, 1));
  }

  private static PreservationTree plan(
      List<Snapshot> snapshots, List<Backup> backups, Instant now) {
    return RetentionSafety.plan(snapshots, RemoteState.of(backups), WEEK, now, ZONE);
  }

  private static Kept<Backup> kept(PreservationTree tree, int id) {
    return requireNonNull(tree.keptBackups().get(uuid(id)));
  }

  private static Snapshot snapshot(int id, int daysAgo) {
    return new Snapshot(uuid(id), ctransid(id), NOW.minus(Duration.ofDays(daysAgo)));
  }

  private static Backup backup(int id, @Nullable Integer parent, int daysAgo) {
    return new Backup(
        uuid(id),
        parent == null ? null : uuid(parent),
        ctransid(id),
        NOW.minus(Duration.ofDays(daysAgo)));
  }

  private static Ctransid ctransid(int id) {
    return Ctransid.ofKernel(id);
  }

  private static UUID uuid(int id) {
    return new UUID(0, id);
  }
}
