package org.btrfs2s3.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.testing.FakeBtrfs;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restores that fail, go on, trust, and refuse. (Invariants 4, 7, 10.) */
final class RestoreTest {

  private static final String HIDDEN = ".btrfs2s3-restoring/received/";

  /** A kill, to the code that is running. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @TempDir private Path directory = Path.of("");

  private final FakeBtrfs btrfs = new FakeBtrfs();
  private final List<RestoreEvent> events = new ArrayList<>();
  private Path target = Path.of("");

  @SuppressWarnings("NullAway.Init") // before each test
  private Backups backups;

  private Precautions precautions = Precautions.USUAL;
  private Checkpoints checkpoints = Checkpoints.ALWAYS;
  private @Nullable String writable;
  private boolean keepChain;

  @BeforeEach
  void backUp() throws Exception {
    target = Files.createDirectories(directory.resolve("target"));
    backups = new Backups(directory, new FakeBtrfs(1)).backUp(3);
  }

  @AfterEach
  void noThreadIsLeft() {
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("read ahead");
  }

  private RestoreReport restore(Selection selection) throws Exception {
    return restore(selection, new FaultyStore(backups.store));
  }

  private RestoreReport restore(Selection selection, FaultyStore store) throws Exception {
    events.clear();
    var reader = new ContentReader(store, ContentKeys.none(), _ -> List.of());
    return new Restore(btrfs, store, reader, target, checkpoints, events::add)
        .run(new RestoreOptions(selection, null, keepChain, writable, precautions));
  }

  private RestoreReport latest() throws Exception {
    return restore(new Selection.Latest());
  }

  private List<String> names() throws BtrfsException {
    return btrfs.list(target).stream().map(entry -> entry.name().toString()).toList();
  }

  private List<String> hidden() throws BtrfsException {
    var directory = PrivateDirectory.in(target);
    return Files.exists(directory)
        ? btrfs.list(directory).stream().map(entry -> PrivateDirectory.shown(entry.name())).toList()
        : List.of();
  }

  private <T extends RestoreEvent> List<T> events(Class<T> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private List<ObjectKey> fetched() {
    return events(RestoreEvent.Fetching.class).stream()
        .map(event -> event.member().backup().key())
        .toList();
  }

  /** Exactly these are there, complete and as they were, and nothing else of ours. */
  private void assertRestored(int... numbers) throws IOException {
    assertThat(names()).hasSize(numbers.length);
    for (int number : numbers) {
      var entry = entry(backups.uuids.get(number));
      assertThat(entry.info().readOnly()).isTrue();
      assertThat(btrfs.content(target.resolve(entry.name().toString())))
          .isEqualTo(Backups.content(number));
    }
    assertThat(hidden()).isEmpty();
  }

  private SubvolumeEntry entry(UUID received) throws BtrfsException {
    return btrfs.list(target).stream()
        .filter(entry -> received.equals(entry.info().receivedUuid()))
        .findFirst()
        .orElseThrow();
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
    var reader = new ContentReader(backups.store, ContentKeys.none(), _ -> List.of());
    var restore =
        new Restore(
            btrfs,
            backups.store,
            reader,
            target,
            checkpoints,
            event -> {
              events.add(event);
              if (event instanceof RestoreEvent.Received received && received.member().wanted()) {
                btrfs.failNextSync(new BtrfsException("cannot sync: EIO", "EIO", null));
              }
            });
    var report = restore.run(new RestoreOptions(new Selection.Latest(), null, false));

    assertThat(report.restored()).isEmpty();
    assertThat(report.failures()).extracting(Failure::message).anyMatch(m -> m.contains("EIO"));
    assertThat(names()).isEmpty();
    assertThat(hidden()).isEmpty();
  }

  @Test
  void aFailedCheckpointFailsWhatItWasFor() throws Exception {
    var reader = new ContentReader(backups.store, ContentKeys.none(), _ -> List.of());
    var restore =
        new Restore(
            btrfs,
            backups.store,
            reader,
            target,
            Checkpoints.ALWAYS,
            event -> {
              events.add(event);
              if (event instanceof RestoreEvent.Received received
                  && received.member().backup().identity().isFull()) {
                btrfs.failNextSync(new BtrfsException("cannot sync: EIO", "EIO", null));
              }
            });
    var report = restore.run(new RestoreOptions(new Selection.Latest(), null, false));

    assertThat(report.restored()).isEmpty();
    assertThat(report.failures().getFirst().message())
        .contains(backups.keys.getFirst().value(), "EIO");
    assertThat(names()).isEmpty();
    assertThat(hidden()).isEmpty();
  }

  /** Invariant 7: nobody tells again of a write that the sync of another backup found lost. */
  @Test
  void aSyncThatFailsMeanwhileFailsAllThatMayHaveLostAWrite() throws Exception {
    var reader = new ContentReader(backups.store, ContentKeys.none(), _ -> List.of());
    var restore =
        new Restore(
            btrfs,
            backups.store,
            reader,
            target,
            new Checkpoints(Long.MAX_VALUE, Duration.ofDays(1), 1),
            event -> {
              events.add(event);
              if (event instanceof RestoreEvent.Fetching fetching
                  && !fetching.member().backup().identity().isFull()) {
                btrfs.failNextSync(new BtrfsException("cannot sync: EIO", "EIO", null));
              }
            });
    var report = restore.run(new RestoreOptions(new Selection.All(), null, false));

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
    assertRestored(1);
    assertThat(btrfs.inspect(own.snapshot(0)).receivedUuid()).isNull();
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
    assertThatThrownBy(this::latest).isInstanceOf(BtrfsException.class);
    assertThat(fetched()).isEmpty();
  }

  @Test
  void tooLittleSpaceIsRefusedBeforeAnythingIsFetched() throws Exception {
    long needed = backups.keys.stream().mapToLong(key -> backups.store.content(key).length).sum();
    btrfs.setFree(needed - 1);
    assertThatThrownBy(this::latest)
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("at least " + needed + " bytes")
        .hasMessageContaining((needed - 1) + " are free")
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
  void anotherObjectOfTheSameSnapshotTakesThePlaceOfADamagedOne() throws Exception {
    for (int number = 0; number < 3; number++) {
      var copy = new ObjectKey(backups.keys.get(number) + ".copy");
      var good = backups.damage(number);
      backups.store.put(copy, good, Map.of());

      var report = latest();

      assertThat(report.failures()).isEmpty();
      assertRestored(2);
      assertThat(events(RestoreEvent.OtherTried.class))
          .singleElement()
          .satisfies(tried -> assertThat(tried.other().backup().key()).isEqualTo(copy));
      btrfs.delete(
          target,
          btrfs.list(target).getFirst().name(),
          btrfs.list(target).getFirst().info().uuid());
      backups.mend(number, good);
      backups.store.remove(copy);
    }
  }

  @Test
  void allObjectsOfASnapshotThatCannotBeRestoredAreNamed() throws Exception {
    var copy = new ObjectKey(backups.keys.getFirst() + ".copy");
    backups.damage(0);
    backups.store.put(copy, new byte[3], Map.of());

    var report = latest();

    assertThat(report.restored()).isEmpty();
    assertThat(report.failures().getFirst().message())
        .contains(
            backups.keys.getFirst().value(), "another object of the same snapshot is " + copy);
    assertThat(names()).isEmpty();
  }

  /** Of a remote that is away nothing else is to be had either. */
  @Test
  void nothingElseIsTriedWhereTheRemoteIsAway() throws Exception {
    backups.store.put(
        new ObjectKey(backups.keys.getFirst() + ".copy"),
        backups.store.content(backups.keys.getFirst()),
        Map.of());
    var store =
        new FaultyStore(backups.store)
            .fail(
                request -> request.operation() == FaultyStore.Operation.OPEN,
                RemoteException.Kind.TRANSIENT);

    restore(new Selection.Latest(), store);

    assertThat(events(RestoreEvent.OtherTried.class)).isEmpty();
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
  void aPlaceWithoutBackupsIsNamed() {
    var empty = new FaultyStore(new MemoryStore());

    assertThatThrownBy(() -> restore(new Selection.Latest(), empty))
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining(empty.location())
        .hasMessageContaining("prefix");
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
