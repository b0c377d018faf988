package org.btrfs2s3.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.plan.Observed.NOON;
import static org.btrfs2s3.core.plan.Observed.stored;
import static org.btrfs2s3.core.plan.Observed.uuid;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Invariant 11: which of several objects of one UUID counts. */
final class BackupSetTest {

  private static final StoredBackup FULL = stored(1, null, NOON, "");
  private static final StoredBackup CHILD = stored(2, 1, NOON, "");
  private static final StoredBackup ORPHAN = stored(2, 9, NOON, "");
  private static final StoredBackup COPY = stored(1, null, NOON, "a/");

  @Test
  void oneWithACompleteChainWins() {
    for (var order : List.of(List.of(FULL, ORPHAN, CHILD), List.of(CHILD, ORPHAN, FULL))) {
      var set = BackupSet.of(order);

      assertThat(set.byUuid()).containsEntry(uuid(2), CHILD).hasSize(2);
      assertThat(set.duplicates()).containsExactly(ORPHAN);
    }
  }

  @Test
  void ofEqualsTheSmallerKeyWins() {
    var set = BackupSet.of(List.of(FULL, COPY, CHILD));

    assertThat(set.byUuid()).containsEntry(uuid(1), COPY);
    assertThat(set.duplicates()).containsExactly(FULL);
    assertThat(set.objects()).containsExactlyInAnyOrder(COPY, CHILD, FULL);
  }

  @Test
  void theParentMayBeAnyObjectOfItsUuid() {
    var set = BackupSet.of(List.of(stored(1, 8, NOON, ""), COPY, CHILD));

    assertThat(set.byUuid()).containsEntry(uuid(1), COPY).containsEntry(uuid(2), CHILD);
  }

  @Test
  void brokenOnesAndCyclesCountAsLongAsThereIsNothingElse() {
    var cycle = List.of(stored(1, 2, NOON, ""), stored(2, 1, NOON, ""), stored(3, 9, NOON, ""));

    assertThat(BackupSet.of(cycle).byUuid().values()).containsExactlyInAnyOrderElementsOf(cycle);
  }
}
