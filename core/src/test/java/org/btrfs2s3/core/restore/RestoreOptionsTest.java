package org.btrfs2s3.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.ShownBytes;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.store.FaultyStore;
import org.junit.jupiter.api.Test;

/** Space, reading twice, and writable snapshots. (Invariant 7.) */
final class RestoreOptionsTest extends Restoring {

  @Test
  void tooLittleSpaceIsRefusedBeforeAnythingIsFetched() throws Exception {
    long needed = backups.keys.stream().mapToLong(key -> backups.store.content(key).length).sum();
    btrfs.setFree(needed - 1);
    assertThatThrownBy(this::latest)
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("at least " + ShownBytes.of(needed) + " are needed")
        .hasMessageContaining(ShownBytes.of(needed - 1) + " are free there, 1 B too little")
        .hasMessageContaining("--ignore-space");
    assertThat(fetched()).isEmpty();

    precautions = new Precautions(List.of(), true, false, "");
    assertThat(latest().failures()).isEmpty();
    assertRestored(2);
  }

  @Test
  void justEnoughSpaceIsEnough() throws Exception {
    btrfs.setFree(backups.keys.stream().mapToLong(key -> backups.store.content(key).length).sum());
    assertThat(latest().failures()).isEmpty();
  }

  @Test
  void verifiedBackupsAreReadTwice() throws Exception {
    precautions = new Precautions(List.of(), false, true, "");
    var store = new FaultyStore(backups.store);
    assertThat(restore(new Selection.Latest(), store).failures()).isEmpty();

    assertThat(store.requests())
        .filteredOn(request -> request.operation() == FaultyStore.Operation.OPEN)
        .flatExtracting(FaultyStore.Request::keys)
        .isEqualTo(backups.keys.stream().flatMap(key -> Stream.of(key, key)).toList());
    assertThat(events(RestoreEvent.Verified.class)).hasSize(3);
    assertRestored(2);
  }

  @Test
  void nothingOfADamagedBackupIsReceivedIfItIsVerifiedFirst() throws Exception {
    precautions = new Precautions(List.of(), false, true, "");
    var good = backups.store.content(backups.keys.getFirst());
    good[good.length - 1] ^= 1;
    backups.mend(0, good);
    var report = latest();

    assertThat(report.failures().getFirst().message()).contains(backups.keys.getFirst().value());
    assertThat(btrfs.receives()).isZero();
  }

  @Test
  void aWritableSnapshotIsMadeOfWhatWasRestored() throws Exception {
    writable = "mine";
    var report = latest();

    assertThat(report.writable()).isEqualTo("mine");
    var info = btrfs.inspect(target, EntryName.of("mine"));
    assertThat(info.readOnly()).isFalse();
    assertThat(info.receivedUuid()).isNull();
    assertThat(btrfs.content(target.resolve("mine"))).isEqualTo(Backups.content(2));
    assertThat(names()).hasSize(2);
  }

  /** Invariant 4: it was killed when all was done. */
  @Test
  void theSameCommandAgainFindsItsWritableSnapshot() throws Exception {
    writable = "mine";
    latest();

    var report = latest();

    assertThat(report.failures()).isEmpty();
    assertThat(report.writable()).isEqualTo("mine");
    assertThat(fetched()).isEmpty();
    assertThat(btrfs.content(target.resolve("mine"))).isEqualTo(Backups.content(2));
    assertThat(names()).hasSize(2);
  }

  /** Who restores again may want back what he has spoilt. */
  @Test
  void aWritableSnapshotThatWasChangedIsNotTakenForWhatWasBackedUp() throws Exception {
    writable = "mine";
    latest();
    btrfs.write(target.resolve("mine"), "changed by the user", Backups.NOON);

    assertThatThrownBy(this::latest)
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("exists already")
        .hasMessageContaining("no longer");

    assertThat(btrfs.content(target.resolve("mine"))).isEqualTo("changed by the user");
    writable = "another";
    assertThat(latest().writable()).isEqualTo("another");
    assertThat(btrfs.content(target.resolve("another"))).isEqualTo(Backups.content(2));
  }

  /** What has the name need not be of this backup. */
  @Test
  void aWritableSnapshotOfSomethingElseIsNotTakenForIt() throws Exception {
    writable = "mine";
    restore(new Selection.Snapshot(backups.uuids.get(1)));

    assertThatThrownBy(this::latest).hasMessageContaining("exists already");
    writable = null;
    restore(new Selection.Snapshot(backups.uuids.get(2)));
    writable = "mine";
    assertThatThrownBy(this::latest).hasMessageContaining("exists already");
  }

  @Test
  void aWritableSnapshotThatCannotBeIsRefusedBeforeAnythingIsFetched() throws Exception {
    writable = "mine";
    btrfs.createSubvolume(target, "mine");
    assertThatThrownBy(this::latest).hasMessageContaining("exists already");
    for (var name : List.of("a/b", ".", "..", "", PrivateDirectory.NAME)) {
      writable = name;
      assertThatThrownBy(this::latest).hasMessageContaining("no name");
    }
    writable = "other";
    assertThatThrownBy(() -> restore(new Selection.All()))
        .hasMessageContaining("one restored subvolume only");
    assertThat(fetched()).isEmpty();
  }

  @Test
  void aRestoreThatFailsMakesNoWritableSnapshot() throws Exception {
    writable = "mine";
    backups.damage(2);

    assertThat(latest().writable()).isNull();
    assertThat(names()).doesNotContain("mine");
  }

  @Test
  void theWritableSnapshotIsOfTheSelectedOneWhenTheChainIsKept() throws Exception {
    writable = "mine";
    keepChain = true;

    var report = latest();

    assertThat(report.restored()).hasSize(3);
    assertThat(report.writable()).isEqualTo("mine");
    assertThat(btrfs.content(target.resolve("mine"))).isEqualTo(Backups.content(2));
  }

  @Test
  void theSelectedOneThatFailsLeavesNoWritableSnapshotOfItsAncestors() throws Exception {
    writable = "mine";
    keepChain = true;
    backups.damage(2);

    assertThat(latest().writable()).isNull();
    assertThat(names()).doesNotContain("mine");
  }
}
