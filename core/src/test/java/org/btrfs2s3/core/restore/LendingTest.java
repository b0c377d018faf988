package org.btrfs2s3.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.testing.FakeBtrfs;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is lent as send parent must be what was planned, down to the moment of its use. (Invariant
 * 7.)
 */
final class LendingTest {

  private static final EntryName COPY = EntryName.of("copy");

  @TempDir private Path directory = Path.of("");

  private final FakeBtrfs btrfs = new FakeBtrfs();
  private Path target = Path.of("");
  private Path hidden = Path.of("");

  @SuppressWarnings("NullAway.Init") // before each test
  private Backups backups;

  @SuppressWarnings("NullAway.Init") // before each test
  private StoredBackup backup;

  @BeforeEach
  void backUp() throws Exception {
    target = Files.createDirectories(directory.resolve("target"));
    hidden = Files.createDirectories(target.resolve("hidden"));
    backups = new Backups(directory.resolve("own"), btrfs).backUp(1);
    backup = Catalog.of(backups.store.list().objects()).backups().getFirst();
  }

  /** As an earlier restore leaves it. */
  private Path copy(UUID received, Ctransid stransid) throws Exception {
    btrfs.createSnapshot(backups.snapshot(0), target, COPY);
    btrfs.setReceived(target, COPY, received, stransid, 0);
    return target.resolve(COPY.toString());
  }

  private Path copy() throws Exception {
    return copy(backup.uuid(), backup.identity().ctransid());
  }

  private void lend(Supply supply, Path subvolume) throws BtrfsException {
    var member = new RestoreMember(backup, "data", false, supply);
    var id = new Lending(btrfs, hidden).lend(member, subvolume);
    var lent = btrfs.inspect(hidden, HiddenName.lent(id));
    assertThat(lent.receivedUuid()).isEqualTo(id);
    assertThat(lent.stransid()).isEqualTo(backup.identity().ctransid());
    assertThat(lent.readOnly()).isTrue();
  }

  private void requireRefused(Supply supply, Path subvolume) {
    assertThatThrownBy(() -> lend(supply, subvolume))
        .isInstanceOf(BtrfsException.class)
        .hasMessageContaining(subvolume.toString())
        .hasMessageContaining("changed after the restore had begun");
  }

  private static Supply trusted(Path subvolume) {
    return new Supply.Trusted(subvolume);
  }

  @Test
  void whatWasPlannedIsLent() throws Exception {
    lend(trusted(backups.snapshot(0)), backups.snapshot(0));
    var copy = copy();
    lend(trusted(copy), copy);
    lend(new Supply.Restored(), copy);
  }

  @Test
  void anOriginalThatWasEditedIsNot() throws Exception {
    var original = backups.snapshot(0);
    btrfs.edit(directory.resolve("own/home"), EntryName.of("snapshot0"), "x", Backups.NOON);

    requireRefused(trusted(original), original);
  }

  /** It has the same state, so that only its identity tells. */
  @Test
  void anotherSubvolumeInThePlaceOfAnOriginalIsNot() throws Exception {
    btrfs.createSnapshot(backups.snapshot(0), target, COPY);
    var twin = target.resolve(COPY.toString());

    requireRefused(trusted(twin), twin);
  }

  @Test
  void anOriginalInThePlaceOfACopyIsNot() throws Exception {
    requireRefused(new Supply.Restored(), backups.snapshot(0));
  }

  @Test
  void aCopyOfAnotherSnapshotIsNot() throws Exception {
    var other = copy(new UUID(9, 9), backup.identity().ctransid());

    requireRefused(new Supply.Restored(), other);
    requireRefused(trusted(other), other);
  }

  @Test
  void aCopyOfAnotherStateIsNot() throws Exception {
    var other = copy(backup.uuid(), Ctransid.ofKernel(1));

    requireRefused(new Supply.Restored(), other);
    requireRefused(trusted(other), other);
  }

  @Test
  void aCopyThatWasEditedIsLentOnlyIfTheUserVouchesForIt() throws Exception {
    var copy = copy();
    btrfs.edit(target, COPY, "edited", Backups.NOON);

    requireRefused(new Supply.Restored(), copy);
    lend(trusted(copy), copy);
  }
}
