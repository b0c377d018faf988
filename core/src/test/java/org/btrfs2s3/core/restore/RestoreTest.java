package org.btrfs2s3.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Restores that fail, and go on with what is there. (Invariants 4, 7, 9.) */
final class RestoreTest extends Restoring {

  private static final String HIDDEN = ".btrfs2s3-restoring/received/";

  /** A kill, to the code that is running. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void whatWasReceivedStaysAfterAFailureAndTheNextRunGoesOn() throws Exception {
    var good = backups.damage(2);
    var report = latest();

    assertThat(report.restored()).isEmpty();
    assertThat(report.failures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.message()).contains(backups.keys.get(2).value()));
    // Only what is still needed: the send parent.
    assertThat(hidden())
        .singleElement()
        .asString()
        .startsWith(HIDDEN + backups.uuids.get(1) + ".")
        .endsWith(".unsigned.done");
    assertThat(events(RestoreEvent.HiddenKept.class).getFirst().names()).isEqualTo(hidden());

    backups.mend(2, good);
    var before = hidden().getFirst();
    var second = latest();

    assertThat(second.failures()).isEmpty();
    assertThat(fetched()).containsExactly(backups.keys.get(2));
    assertThat(events(RestoreEvent.GoneOn.class))
        .singleElement()
        .satisfies(event -> assertThat(event.name()).isEqualTo(before));
    assertRestored(2);
  }

  /** Invariant 9: who is away is not the fault of what only needs it. */
  @Test
  void whatLacksAParentFailsOfWhatThatHasFailedOf() throws Exception {
    var away =
        new FaultyStore(backups.store)
            .fail(FaultyStore.allOf(FaultyStore.Operation.OPEN), RemoteException.Kind.TRANSIENT);

    var report = restore(new Selection.All(), away);

    assertThat(report.failures())
        .hasSize(3)
        .allSatisfy(one -> assertThat(one.kind()).isEqualTo(Failure.Kind.REMOTE_AWAY));
    assertThat(report.failures().getLast().message())
        .contains(backups.keys.getLast().value(), "its send parent " + backups.uuids.get(1));
  }

  /** As on a file system that has become read-only. */
  @Test
  void whatWasRestoredIsToldThoughTidyingUpFails() throws Exception {
    meanwhile =
        event -> {
          if (event instanceof RestoreEvent.Restored) {
            moveAway(target.resolve(".btrfs2s3-restoring"));
          }
        };

    var report = latest();

    assertThat(report.restored()).hasSize(1);
    assertThat(report.failures())
        .isNotEmpty()
        .allSatisfy(one -> assertThat(one.message()).contains("cannot tidy up in " + target));
    assertThat(names()).hasSize(1);
  }

  private void moveAway(Path hidden) {
    try {
      Files.move(hidden, directory.resolve("elsewhere"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theTwinWithoutFailureLeavesNothing() throws Exception {
    assertThat(latest().failures()).isEmpty();

    assertThat(fetched()).isEqualTo(backups.keys);
    assertThat(events(RestoreEvent.HiddenKept.class)).isEmpty();
    assertRestored(2);
  }

  @Test
  void anyKillLeavesWhatTheNextRunFinishes() throws Exception {
    // Invariant 4: before each change of the file system.
    int continued = 0;
    boolean killed = true;
    for (int kill = 1; killed; kill++) {
      killed = killAt(kill);
      assertThat(latest().failures()).as("killed at %d", kill).isEmpty();
      continued += events(RestoreEvent.GoneOn.class).size();
      assertRestored(2);
      for (var entry : btrfs.list(target)) {
        btrfs.delete(target, entry.name(), entry.info().uuid());
      }
    }
    assertThat(continued).isPositive();
  }

  /** Everything after the n-th change is not done, as if the machine had stopped. */
  private boolean killAt(int change) throws Exception {
    int[] count = {0};
    btrfs.watch(
        (_, _) -> {
          count[0]++;
          if (count[0] >= change) {
            throw new Killed();
          }
        });
    try {
      latest();
      return false;
    } catch (Killed _) {
      return true;
    } finally {
      btrfs.watch((_, _) -> {});
    }
  }

  @Test
  void membersThatAreWantedArePublishedWithoutBeingFetchedAgain() throws Exception {
    killBeforeIdentifying();
    assertThatThrownBy(() -> restore(new Selection.All())).isInstanceOf(Killed.class);
    btrfs.watch((_, _) -> {});
    assertThat(hidden()).hasSize(3).allMatch(name -> name.endsWith(".done"));

    assertThat(restore(new Selection.All()).failures()).isEmpty();
    assertThat(fetched()).isEmpty();
    assertRestored(0, 1, 2);
  }

  /** When everything is received. */
  private void killBeforeIdentifying() {
    btrfs.watch(
        (operation, uuid) -> {
          if (operation.equals("setReceived") && backups.uuids.contains(uuid)) {
            throw new Killed();
          }
        });
  }

  @Test
  void unfinishedOnesAreDeleted() throws Exception {
    checkpoints = new Checkpoints(Long.MAX_VALUE, Duration.ofDays(1), Long.MAX_VALUE);
    killBeforeIdentifying();
    assertThatThrownBy(this::latest).isInstanceOf(Killed.class);
    btrfs.watch((_, _) -> {});
    var left = hidden();
    assertThat(left).hasSize(3).noneMatch(name -> name.endsWith(".unsigned.done"));

    latest();

    assertThat(events(RestoreEvent.HiddenDeleted.class))
        .extracting(RestoreEvent.HiddenDeleted::name)
        .containsAll(left);
    assertThat(fetched()).isEqualTo(backups.keys);
    assertRestored(2);
  }

  @Test
  void anEditedOneIsNotGoneOnWith() throws Exception {
    leaveOne();
    btrfs.edit(PrivateDirectory.in(target), leftName(), "edited", Backups.NOON);

    latest();

    assertThat(fetched()).isEqualTo(backups.keys);
    assertRestored(2);
  }

  @Test
  void aWritableOneIsNotGoneOnWith() throws Exception {
    leaveOne();
    btrfs.setReadOnly(PrivateDirectory.in(target), leftName(), false);

    latest();

    assertThat(fetched()).isEqualTo(backups.keys);
    assertRestored(2);
  }

  @Test
  void oneOfWhichThereIsASnapshotIsNotGoneOnWith() throws Exception {
    leaveOne();
    var elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
    btrfs.createSnapshot(target.resolve(hidden().getFirst()), elsewhere, EntryName.of("copy"));

    latest();

    assertThat(fetched()).isEqualTo(backups.keys);
    assertRestored(2);
  }

  private EntryName leftName() throws BtrfsException {
    return EntryName.of(Path.of(hidden().getFirst()).getFileName().toString());
  }

  /** The second backup is finished, the third failed. */
  private void leaveOne() throws Exception {
    var good = backups.damage(2);
    latest();
    backups.mend(2, good);
    assertThat(hidden()).hasSize(1);
  }

  @Test
  void whatWasAcceptedUnsignedIsNotGoneOnWithWhereSignaturesAreDemanded() throws Exception {
    leaveOne();
    precautions = new Precautions(List.of(), false, false, "0123");
    latest();

    assertThat(fetched()).isEqualTo(backups.keys);
    assertRestored(2);
  }

  @Test
  void whatTheNextPlanDoesNotNeedIsDeleted() throws Exception {
    leaveOne();
    var left = hidden().getFirst();

    restore(new Selection.Snapshot(backups.uuids.getFirst()));

    assertThat(events(RestoreEvent.HiddenDeleted.class))
        .extracting(RestoreEvent.HiddenDeleted::name)
        .containsExactly(left);
    assertRestored(0);
  }

  @Test
  void aPlanChangesNothing() throws Exception {
    leaveOne();
    var before = btrfs.list(target);
    var reader = new ContentReader(backups.store, ContentKeys.none(), _ -> List.of());
    var plan =
        new Restore(btrfs, backups.store, reader, target, events::add)
            .plan(new RestoreOptions(new Selection.Latest(), null, false));

    assertThat(plan.fetched()).hasSize(1);
    assertThat(btrfs.list(target)).isEqualTo(before);
  }

  @Test
  void whatCouldNotBeSyncedIsNeitherPublishedNorGoneOnWith() throws Exception {
    // Invariant 7: the kernel tells only once that a write was lost.
    checkpoints = new Checkpoints(Long.MAX_VALUE, Duration.ofDays(1), Long.MAX_VALUE);
    meanwhile =
        event -> {
          if (event instanceof RestoreEvent.Received received && received.member().wanted()) {
            failNextSync();
          }
        };
    var report = latest();

    assertThat(report.restored()).isEmpty();
    assertThat(report.failures()).extracting(Failure::message).anyMatch(m -> m.contains("EIO"));
    assertThat(names()).isEmpty();
    assertThat(hidden()).isEmpty();
  }

  private void failNextSync() {
    btrfs.failNextSync(new BtrfsException("cannot sync: EIO", "EIO", null));
  }

  @Test
  void aFailedCheckpointFailsWhatItWasFor() throws Exception {
    meanwhile =
        event -> {
          if (event instanceof RestoreEvent.Received received
              && received.member().backup().identity().isFull()) {
            failNextSync();
          }
        };
    var report = latest();

    assertThat(report.restored()).isEmpty();
    assertThat(report.failures().getFirst().message())
        .contains(backups.keys.getFirst().value(), "EIO");
    assertThat(names()).isEmpty();
    assertThat(hidden()).isEmpty();
  }

  /** Invariant 7: an update of the same file system may sync just then. */
  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE})
  void aLostWriteOfWhichSomebodyElseWasToldIsNotOverlooked(long bytes) throws Exception {
    checkpoints = new Checkpoints(bytes, Duration.ofDays(1), Long.MAX_VALUE);
    meanwhile =
        event -> {
          if (event instanceof RestoreEvent.Received received && received.member().wanted()) {
            failNextSync();
            btrfs.syncByOthers();
          }
        };
    var report = latest();

    assertThat(report.restored()).isEmpty();
    assertThat(report.failures()).extracting(Failure::message).anyMatch(m -> m.contains("EIO"));
    assertThat(names()).isEmpty();
  }

  /** Invariant 7: its hidden name would tell the next restore that it is on disk. */
  @Test
  void whatMayHaveLostAWriteOfWhichSomebodyElseWasToldIsNotGoneOnWith() throws Exception {
    meanwhile =
        event -> {
          if (event instanceof RestoreEvent.Received received
              && received.member().backup().key().equals(backups.keys.get(1))) {
            failNextSync();
            btrfs.syncByOthers();
          }
        };
    assertThat(latest().restored()).isEmpty();
    meanwhile = _ -> {};

    assertThat(latest().failures()).isEmpty();

    assertThat(fetched()).contains(backups.keys.get(1), backups.keys.get(2));
    assertRestored(2);
  }

  /** Invariant 7: nobody tells again of a write that the sync of another backup found lost. */
  @Test
  void aSyncThatFailsMeanwhileFailsAllThatMayHaveLostAWrite() throws Exception {
    checkpoints = new Checkpoints(Long.MAX_VALUE, Duration.ofDays(1), 1);
    meanwhile =
        event -> {
          if (event instanceof RestoreEvent.Fetching fetching
              && !fetching.member().backup().identity().isFull()) {
            failNextSync();
          }
        };
    var report = restore(new Selection.All());

    assertThat(report.restored()).isEmpty();
    assertThat(report.failures()).hasSize(backups.keys.size());
    assertThat(report.failures())
        .extracting(Failure::message)
        .anyMatch(m -> m.contains(backups.keys.getFirst().value()) && m.contains("EIO"))
        .anyMatch(m -> m.contains(backups.keys.get(1).value()) && m.contains("EIO"));
    assertThat(names()).isEmpty();
  }

  @Test
  void aFailureLeavesTheOthersGoing() throws Exception {
    // Invariant 9.
    backups.damage(1);
    var report = restore(new Selection.All());

    assertThat(report.restored()).hasSize(1);
    assertThat(report.failures()).hasSize(2);
    assertThat(report.failures().getLast().message())
        .contains(backups.keys.get(2).value(), backups.uuids.get(1).toString());
    assertRestored(0);
  }
}
