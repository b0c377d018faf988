package org.btrfs2s3.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.junit.jupiter.api.Test;

/** What is restored already, and what is trusted. (Invariants 4 and 7.) */
final class RestoreReuseTest extends Restoring {

  @Test
  void anEditedCopyIsUsedOnlyIfItIsTrusted() throws Exception {
    restore(new Selection.Snapshot(backups.uuids.get(1)));
    var copy = entry(backups.uuids.get(1));
    btrfs.edit(target, copy.name(), "edited", Backups.NOON);

    precautions = trusting(target.resolve(copy.name().toString()));
    var report = latest();

    assertThat(report.failures()).isEmpty();
    assertThat(fetched()).containsExactly(backups.keys.get(2));
    assertThat(events(RestoreEvent.Trusting.class)).hasSize(1);
    assertThat(events(RestoreEvent.Doubtful.class)).hasSize(1);
    assertThat(hidden()).isEmpty();
    assertThat(btrfs.inspect(target, copy.name()).receivedUuid()).isEqualTo(backups.uuids.get(1));
    assertThat(btrfs.content(target.resolve(copy.name().toString()))).isEqualTo("edited");
  }

  private static Precautions trusting(Path... paths) {
    return new Precautions(List.of(paths), false, false, "");
  }

  @Test
  void anOriginalSnapshotIsUsedIfItIsTrusted() throws Exception {
    var own = new Backups(directory.resolve("own"), btrfs).backUp(2);
    backups = own;
    precautions = trusting(own.snapshot(0));
    var report = latest();

    assertThat(report.failures()).isEmpty();
    assertThat(fetched()).containsExactly(own.keys.get(1));
    // It would look as if that had been deleted.
    assertThat(events(RestoreEvent.HiddenDeleted.class)).isEmpty();
    assertRestored(1);
    assertThat(btrfs.inspect(own.snapshot(0)).receivedUuid()).isNull();
  }

  @Test
  void anEditedOriginalIsNotTrusted() throws Exception {
    var own = new Backups(directory.resolve("own"), btrfs).backUp(2);
    backups = own;
    btrfs.edit(directory.resolve("own/home"), EntryName.of("snapshot0"), "edited", Backups.NOON);
    precautions = trusting(own.snapshot(0));

    assertThatThrownBy(this::latest)
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("changed after it had been backed up");
    assertThat(fetched()).isEmpty();
  }

  @Test
  void whatCannotBeTrustedIsRefusedBeforeAnythingIsFetched() throws Exception {
    restore(new Selection.Snapshot(backups.uuids.get(1)));
    var copy = entry(backups.uuids.get(1)).name();
    btrfs.setReadOnly(target, copy, false);
    precautions = trusting(target.resolve(copy.toString()));
    assertThatThrownBy(this::latest)
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("writable");

    btrfs.addSource(directory.resolve("stranger"));
    btrfs.createSnapshot(directory.resolve("stranger"), directory, EntryName.of("strange"));
    precautions = trusting(directory.resolve("strange"));
    assertThatThrownBy(this::latest)
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("no backup of the chain")
        .hasMessageContaining("strange");
    precautions = trusting(directory.resolve("missing"));
    assertThatThrownBy(this::latest)
        .isInstanceOf(RestoreException.class)
        .hasMessageContainingAll("cannot trust", "missing", "name the original snapshot");
    assertThat(fetched()).isEmpty();
  }

  @Test
  void whatIsThereUnchangedIsNotRestoredAgain() throws Exception {
    // Invariant 4.
    restore(new Selection.Snapshot(backups.uuids.get(1)));
    var report = restore(new Selection.All());

    assertThat(report.failures()).isEmpty();
    assertThat(report.there()).hasSize(1);
    assertThat(fetched()).containsExactly(backups.keys.getFirst(), backups.keys.getLast());
    assertRestored(0, 1, 2);
    assertThat(restore(new Selection.All()).there()).hasSize(3);
    assertThat(fetched()).isEmpty();
  }

  @Test
  void whatIsThereAndWasChangedIsRefused() throws Exception {
    restore(new Selection.Snapshot(backups.uuids.get(1)));
    btrfs.edit(target, entry(backups.uuids.get(1)).name(), "edited", Backups.NOON);

    assertThatThrownBy(() -> restore(new Selection.All()))
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("exists already, and it was changed");
    assertThat(fetched()).isEmpty();
  }

  /** Invariant 4: the same command has nothing left to do, though nothing hidden is left either. */
  @Test
  void whatWasRestoredUnderTheSameConditionsCountsAsDoneAndAsSendParent() throws Exception {
    precautions = signedBy("0123");
    restore(new Selection.Snapshot(backups.uuids.get(1)));

    assertThat(restore(new Selection.Snapshot(backups.uuids.get(1))).there()).hasSize(1);
    assertThat(latest().failures()).isEmpty();
    assertThat(fetched()).containsExactly(backups.keys.getLast());
    assertRestored(1, 2);
    precautions = Precautions.USUAL;
    assertThat(latest().there()).hasSize(1);
  }

  @Test
  void whatWasRestoredUnderOtherConditionsIsNeitherDoneNorASendParent() throws Exception {
    for (var earlier : List.of(Precautions.USUAL, signedBy("4567"))) {
      precautions = earlier;
      restore(new Selection.Snapshot(backups.uuids.get(1)));
      precautions = signedBy("0123");

      assertThatThrownBy(() -> restore(new Selection.Snapshot(backups.uuids.get(1))))
          .isInstanceOf(RestoreException.class)
          .hasMessageContaining("without a signature by one of these keys being demanded");
      assertThat(latest().failures()).isEmpty();
      assertThat(fetched()).isEqualTo(backups.keys);
      for (var entry : btrfs.list(target)) {
        btrfs.delete(target, entry.name(), entry.info().uuid());
      }
    }
  }

  private static Precautions signedBy(String signers) {
    return new Precautions(List.of(), false, false, signers);
  }

  @Test
  void whatItsOwnerCanChangeIsThereButNoSendParent() throws Exception {
    restore(new Selection.Snapshot(backups.uuids.get(1)));
    btrfs.setOwner(target, entry(backups.uuids.get(1)).name(), 1000);
    var report = restore(new Selection.All());

    assertThat(report.failures()).isEmpty();
    assertThat(report.there()).hasSize(1);
    assertThat(fetched()).isEqualTo(backups.keys);
    assertThat(events(RestoreEvent.NotReused.class))
        .singleElement()
        .satisfies(event -> assertThat(event.reason()).contains("1000"));
    assertRestored(0, 1, 2);
  }

  /** Invariant 7: hours may lie between the plan and the use of a send parent. */
  @Test
  void aSendParentThatIsChangedMeanwhileIsNotUsed() throws Exception {
    restore(new Selection.Snapshot(backups.uuids.get(1)));
    var copy = entry(backups.uuids.get(1)).name();
    meanwhile =
        event -> {
          if (event instanceof RestoreEvent.Fetching fetching
              && fetching.member().backup().identity().isFull()) {
            edit(copy);
          }
        };
    var report = restore(new Selection.All());

    assertThat(report.restored()).hasSize(1);
    assertThat(report.failures()).hasSize(2);
    assertThat(report.failures().getFirst().message())
        .contains(copy.toString(), "changed after the restore had begun");
    assertThat(names()).hasSize(2);
    assertThat(hidden()).isEmpty();
  }

  private void edit(EntryName copy) {
    try {
      btrfs.edit(target, copy, "edited", Backups.NOON);
    } catch (BtrfsException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anotherCopyElsewhereDoesNotMatter() throws Exception {
    restore(new Selection.Snapshot(backups.uuids.get(1)));
    var elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
    var name = entry(backups.uuids.get(1)).name();
    btrfs.createSnapshot(target.resolve(name.toString()), elsewhere, name);
    btrfs.edit(elsewhere, name, "edited", Backups.NOON);

    assertThat(latest().failures()).isEmpty();
    assertThat(fetched()).containsExactly(backups.keys.getLast());
    assertRestored(1, 2);
  }
}
