package org.btrfs2s3.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.plan.Observed.NOON;
import static org.btrfs2s3.core.plan.Observed.stored;

import java.util.List;
import org.btrfs2s3.core.store.ObjectKey;
import org.junit.jupiter.api.Test;

/** Which of several objects of one snapshot may go: none that a chain needs (invariant 3). */
final class DuplicateDeletionsTest {

  private static List<ObjectKey> deleted(Observed observed) {
    return GarbagePlanner.plan(observed.observation(), new GarbageScope(true, null))
        .duplicates()
        .stream()
        .map(Action.DeleteBackup::key)
        .toList();
  }

  @Test
  void theOneWithABrokenChainGoes() {
    var observed = new Observed().backup(1, null, NOON).backup(2, 1, NOON);
    var orphan = stored(2, 9, NOON, "");
    observed.backups.add(orphan);

    assertThat(deleted(observed)).containsExactly(orphan.key());
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

    assertThat(deleted(observed)).containsExactly(observed.backups.getFirst().key());
  }
}
