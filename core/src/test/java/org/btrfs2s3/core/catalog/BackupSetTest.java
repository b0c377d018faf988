package org.btrfs2s3.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.btrfs2s3.core.plan.Observed.NOON;
import static org.btrfs2s3.core.plan.Observed.stored;
import static org.btrfs2s3.core.plan.Observed.uuid;

import java.util.List;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.StoredObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
      assertThat(set.duplicates()).containsExactly(new Duplicate(ORPHAN, CHILD));
    }
  }

  @Test
  void ofEqualsTheShorterKeyWins() {
    var set = BackupSet.of(List.of(FULL, COPY, CHILD));

    assertThat(set.byUuid()).containsEntry(uuid(1), FULL);
    assertThat(set.duplicates()).containsExactly(new Duplicate(COPY, FULL));
    assertThat(set.objects()).containsExactlyInAnyOrder(COPY, CHILD, FULL);
  }

  /** Each of these was once the winner by its key, and might hold the first bytes only. */
  @ParameterizedTest
  @ValueSource(
      strings = {"K.copy.zst", "K.zst.part", "K.zst.gpg.zst", "a.K.zst", "K.atmp1.zst", "K..zst"})
  void whatSomebodyNamedOtherwiseNeverWins(String pattern) {
    var name = FULL.key().value();
    var original = named(name + ".zst");
    var copy = named(pattern.replace("K", name));

    assertThat(original.hasCanonicalKey()).isTrue();
    for (var order : List.of(List.of(original, copy), List.of(copy, original))) {
      assertThat(BackupSet.of(order).byUuid()).containsEntry(uuid(1), original);
    }
  }

  private static StoredBackup named(String key) {
    return Catalog.oneObject(
        new StoredObject(new ObjectKey(key), 1, NOON, null),
        (ParsedKey.Known) BackupKey.decode(key));
  }

  /** What somebody named otherwise is better than nothing, and than what cannot be restored. */
  @Test
  void aCopyWithACompleteChainWinsOverAnOrphanWithItsOwnKey() {
    var copy = named(CHILD.key().value() + ".copy");

    assertThat(BackupSet.of(List.of(FULL, ORPHAN, copy)).byUuid()).containsEntry(uuid(2), copy);
  }

  /** Whatever a store lists: what has the winner's key is the winner. */
  @Test
  void whatHasTheKeyOfTheWinnerIsNoDuplicate() {
    var larger =
        Catalog.oneObject(
            new StoredObject(FULL.key(), 2, NOON, null),
            (ParsedKey.Known) BackupKey.decode(FULL.key().value()));

    assertThat(BackupSet.of(List.of(FULL, larger)).duplicates()).isEmpty();
  }

  @Test
  void onlyObjectsOfOneSizeAndIdentityMayBeEqual() {
    var larger =
        Catalog.oneObject(
            new StoredObject(new ObjectKey("a/" + FULL.key()), 2, NOON, null),
            (ParsedKey.Known) BackupKey.decode(FULL.key().value()));

    assertThat(new Duplicate(COPY, FULL).mayBeEqual()).isTrue();
    assertThat(new Duplicate(larger, FULL).mayBeEqual()).isFalse();
    assertThat(new Duplicate(ORPHAN, CHILD).mayBeEqual()).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> new Duplicate(FULL, FULL));
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

  /** Only what holds the same may take the place of one that cannot be read. */
  @Test
  void whatWasSentAgainstAnotherIsNoEquivalent() {
    var set = BackupSet.of(List.of(FULL, COPY, ORPHAN, CHILD));

    assertThat(set.equivalents(FULL)).containsExactly(FULL, COPY);
    assertThat(set.equivalents(CHILD)).containsExactly(CHILD);
  }
}
