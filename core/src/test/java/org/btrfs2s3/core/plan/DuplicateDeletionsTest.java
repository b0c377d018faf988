package org.btrfs2s3.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.plan.Observed.NOON;
import static org.btrfs2s3.core.plan.Observed.stored;

import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.DamagedBackup;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.StoredObject;
import org.junit.jupiter.api.Test;

/**
 * Which of several objects of one snapshot may go: none that a chain needs, and none that holds
 * what the one that stays does not (invariant 3).
 */
final class DuplicateDeletionsTest {

  private static GarbagePlan plan(Observed observed) {
    return GarbagePlanner.plan(observed.observation(), new GarbageScope(true, null));
  }

  private static List<ObjectKey> deleted(Observed observed) {
    return plan(observed).duplicates().stream().map(Action.DeleteBackup::key).toList();
  }

  private static void requireKept(Observed observed, String... words) {
    var plan = plan(observed);

    assertThat(plan.duplicates()).isEmpty();
    assertThat(plan.problems())
        .filteredOn(problem -> problem.kind() == Problem.Kind.NOT_COLLECTED)
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains(words));
  }

  @Test
  void theOneWithABrokenChainIsLeftToARepair() {
    var observed = new Observed().backup(1, null, NOON).backup(2, 1, NOON);
    var orphan = stored(2, 9, NOON, "");
    observed.backups.add(orphan);

    requireKept(observed, orphan.key().value(), "differs and is not deleted", "repair deletes it");
    assertThat(observed.plan().actions(Action.DeleteBackup.class)).isEmpty();
    assertThat(
            RepairPlanner.plan(
                    observed.observation(), new RepairScope(Map.of(), false), Whereabouts.UNKNOWN)
                .replaced())
        .extracting(Action.DeleteBackup::key)
        .containsExactly(orphan.key());
  }

  @Test
  void theOneOfAnotherSizeStaysAndBothAreNamed() {
    var observed = new Observed().backup(1, null, NOON);
    var kept = observed.backups.getFirst();
    var key = "a/" + kept.key();
    observed.backups.add(
        Catalog.oneObject(
            new StoredObject(new ObjectKey(key), 1000, NOON, null),
            (ParsedKey.Known) BackupKey.decode(key)));

    requireKept(
        observed,
        key + " (1000 bytes)",
        kept.key() + " (1 bytes)",
        "differs and is not deleted",
        "by hand");
  }

  @Test
  void theDamagedOneBesideAWholeOneIsLeftToARepair() {
    var observed = new Observed().backup(1, null, NOON);
    observed.damaged.add(new DamagedBackup(stored(1, null, NOON, "a/"), 0, List.of()));

    requireKept(observed, "is not deleted", "repair deletes it");
    assertThat(observed.plan().actions(Action.DeleteBackup.class)).isEmpty();
    assertThat(observed.plan().problems())
        .filteredOn(problem -> problem.kind() == Problem.Kind.BROKEN_BACKUP)
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).endsWith("repair deletes this one"));
  }

  @Test
  void noneGoesWhereNoneIsWhole() {
    var observed = new Observed().backup(2, 9, NOON);
    observed.backups.add(stored(2, 8, NOON, ""));

    assertThat(deleted(observed)).isEmpty();
  }

  /** Each of the two that win needs the other: the full backup is what both can be restored by. */
  @Test
  void noneGoesWhereTheWinnersFormACycle() {
    var observed = new Observed();
    observed.backups.add(stored(1, 2, NOON, "a/"));
    observed.backups.add(stored(2, 1, NOON, "a/"));
    observed.backups.add(stored(2, null, NOON, "b/"));

    assertThat(deleted(observed)).isEmpty();
  }

  @Test
  void nothingGoesOfASourceThatIsBeingUploaded() {
    var observed = new Observed().backup(1, null, NOON);
    observed.backups.add(stored(1, null, NOON, "a/"));
    observed.mayUpload = false;

    assertThat(deleted(observed)).isEmpty();
  }

  @Test
  void theWinnerStays() {
    var observed = new Observed().backup(1, null, NOON);
    observed.backups.add(stored(1, null, NOON, "a/"));

    assertThat(deleted(observed)).containsExactly(observed.backups.getLast().key());
  }
}
