package org.btrfs2s3.core.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.btrfs2s3.core.verify.Stored.SOURCE;
import static org.btrfs2s3.core.verify.Stored.identity;
import static org.btrfs2s3.core.verify.Stored.uuid;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.CommitJson;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.DirectoryStore;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.FaultyStore.Operation;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.testing.FakeBtrfs;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of damage is found, and its undamaged twin is not (invariants 3 and 9). */
final class VerifyTest {

  private static final LocalDate TODAY = LocalDate.of(2026, 2, 12);

  @TempDir private Path directory = Path.of("");

  private final MemoryStore store = new MemoryStore();
  private final Stored stored = new Stored(store);
  private final FakeBtrfs btrfs = new FakeBtrfs();

  private VerifyReport verify(Level level) throws Exception {
    return verify(store, level);
  }

  private VerifyReport verify(BackupStore remote, Level level) throws Exception {
    var reader = new ContentReader(remote, ContentKeys.none(), _ -> List.of());
    return new Verify("one", remote, reader, btrfs, List.of(), _ -> {})
        .run(new VerifyOptions(level, new Sample.All(), TODAY, null, null));
  }

  private static Finding only(VerifyReport report, Finding.Kind kind) {
    var found = report.findings().stream().filter(finding -> finding.kind() == kind).toList();
    assertThat(found).as("%s", report.findings()).hasSize(1);
    return found.getFirst();
  }

  private static void assertClean(VerifyReport report) {
    assertThat(report.findings()).isEmpty();
    assertThat(report.notChecked()).isEmpty();
    assertThat(report.sampled()).hasSize(report.backups());
    assertThat(report.sampled())
        .extracting(StoredBackup::uuid)
        .containsExactlyElementsOf(report.checked());
  }

  @Test
  void nothingIsFoundWhereNothingIsWrong() throws Exception {
    stored.whole(1, 0);
    stored.segmented(2, 1);
    stored.whole(3, 2);
    var before = store.contents();

    assertClean(verify(Level.LISTING));
    var data = verify(Level.DATA);
    assertClean(data);
    assertThat(data.streamBytes())
        .isEqualTo(
            Stored.stream(identity(1, 0)).length
                + Stored.stream(identity(2, 1)).length
                + Stored.stream(identity(3, 2)).length);
    assertThat(store.contents()).as("nothing was changed").isEqualTo(before);
  }

  @Test
  void thePythonToolsObjectsSayNothingOfThemselves() throws Exception {
    store.put(stored.whole(1, 0), Stored.stream(identity(1, 0)), Map.of());

    assertClean(verify(Level.DATA));
  }

  @Test
  void aMissingParentNamesAllThatNeedIt() throws Exception {
    stored.whole(1, 0);
    store.remove(stored.whole(2, 1));
    stored.whole(3, 2);
    stored.whole(4, 3);
    stored.whole(5, 1);

    var report = verify(Level.LISTING);
    var finding = only(report, Finding.Kind.PARENT_MISSING);

    assertThat(finding.uuid()).isEqualTo(uuid(2));
    assertThat(finding.dependents()).containsExactly(uuid(3), uuid(4));
    assertThat(finding.severity()).as("no snapshots here").isEqualTo(Severity.CRITICAL);
    assertThat(report.findings()).hasSize(1);
    assertThat(report.unrestorable()).containsExactlyInAnyOrder(uuid(2), uuid(3), uuid(4));
  }

  @Test
  void aSourceWithoutAnyChainIsLost() throws Exception {
    store.remove(stored.whole(1, 0));
    stored.whole(2, 1);

    assertThat(only(verify(Level.LISTING), Finding.Kind.SOURCE_LOST).source()).isEqualTo(SOURCE);

    stored.whole(3, 0);
    assertThat(verify(Level.LISTING).findings())
        .noneMatch(finding -> finding.kind() == Finding.Kind.SOURCE_LOST);
  }

  @Test
  void whatLacksOnlyWhatHasASnapshotIsNotLost() throws Exception {
    var source = directory.resolve("data");
    var sourceUuid = btrfs.addSource(source);
    var snapshots = Files.createDirectory(directory.resolve("snapshots"));
    var name = EntryName.of("data.2026-01-01T00:00:00+00:00.1");
    btrfs.createSnapshot(source, snapshots, name);
    var parent = btrfs.list(snapshots).getFirst().info().uuid();
    var child =
        new BackupIdentity(
            uuid(2), sourceUuid, parent, identity(2, 1).ctransid(), identity(2, 1).ctime());
    store.put(Stored.key(child), Stored.stream(child), Stored.metadata(child));

    var finding = only(verify(source, snapshots), Finding.Kind.PARENT_MISSING);

    assertThat(finding.uuid()).isEqualTo(parent);
    assertThat(finding.severity()).isEqualTo(Severity.ERROR);
    assertThat(finding.advice()).endsWith("btrfs2s3 repair --remote one");

    // The user's own are never sent.
    btrfs.rename(snapshots, name, EntryName.of("mine"));
    assertThat(only(verify(source, snapshots), Finding.Kind.PARENT_MISSING).severity())
        .isEqualTo(Severity.CRITICAL);
  }

  private VerifyReport verify(Path source, Path snapshots) throws Exception {
    var reader = new ContentReader(store, ContentKeys.none(), _ -> List.of());
    var places = List.of(new SourcePlace(source, snapshots, "data", false));
    return new Verify("one", store, reader, btrfs, places, _ -> {})
        .run(new VerifyOptions(Level.LISTING, new Sample.All(), TODAY, null, null));
  }

  @Test
  void whatHasASnapshotIsAnErrorThatRepairCuresAndNotLost() throws Exception {
    var source = directory.resolve("data");
    var sourceUuid = btrfs.addSource(source);
    var snapshots = Files.createDirectory(directory.resolve("snapshots"));
    btrfs.createSnapshot(source, snapshots, EntryName.of("data.2026-01-01T00:00:00+00:00.1"));
    var snapshot = btrfs.list(snapshots).getFirst().info().uuid();
    var identity =
        new BackupIdentity(
            snapshot, sourceUuid, null, identity(1, 0).ctransid(), identity(1, 0).ctime());
    store.put(Stored.key(identity), new byte[0], Stored.metadata(identity));
    var reader = new ContentReader(store, ContentKeys.none(), _ -> List.of());

    var report =
        new Verify(
                "one",
                store,
                reader,
                btrfs,
                List.of(new SourcePlace(source, snapshots, "data", false)),
                _ -> {})
            .run(new VerifyOptions(Level.LISTING, new Sample.All(), TODAY, null, null));
    var finding = only(report, Finding.Kind.EMPTY);

    assertThat(finding.severity()).isEqualTo(Severity.ERROR);
    assertThat(finding.advice()).endsWith("btrfs2s3 repair --remote one --backup " + snapshot);
    assertThat(report.damaged()).containsExactly(snapshot);
  }

  @Test
  void holesAndLostCommitObjects() throws Exception {
    var commit = stored.segmented(1, 0);
    stored.whole(2, 1);
    var document = store.content(commit);

    store.remove(Stored.segment(identity(1, 0), 1));
    var holes = only(verify(Level.LISTING), Finding.Kind.SEGMENTS_MISSING);
    assertThat(holes.uuid()).isEqualTo(uuid(1));
    assertThat(holes.dependents()).containsExactly(uuid(2));
    assertThat(holes.message()).contains("1 of its segments").contains("number 1");

    stored.segmented(1, 0);
    store.remove(commit);
    var lost = only(verify(Level.LISTING), Finding.Kind.COMMIT_MISSING);
    assertThat(lost.severity()).isEqualTo(Severity.ERROR);
    assertThat(lost.advice()).contains("repair --remote one --commit " + uuid(1));

    store.put(commit, document, Map.of());
    assertClean(verify(Level.LISTING));
  }

  @Test
  void leftoversDuplicatesAndForeignObjectsAreNoDamage() throws Exception {
    var key = stored.whole(1, 0);
    store.put(new ObjectKey("copy/" + key), store.content(key), Map.of());
    store.put(new ObjectKey("notes.txt"), new byte[1], Map.of());
    var commit = stored.segmented(2, 1);
    store.remove(commit);

    var report = verify(Level.DATA);

    assertThat(only(report, Finding.Kind.DUPLICATE))
        .satisfies(
            finding -> {
              assertThat(finding.severity()).isEqualTo(Severity.INFO);
              assertThat(finding.advice()).contains("gc --duplicates", "if both are equal");
            });
    assertThat(only(report, Finding.Kind.FOREIGN_OBJECTS).severity()).isEqualTo(Severity.INFO);
    assertThat(only(report, Finding.Kind.COMMIT_MISSING).severity())
        .as("of a source that is not here")
        .isEqualTo(Severity.WARNING);
    assertThat(report.hasDamage()).isFalse();
    assertThat(report.checked()).containsExactly(uuid(1));
  }

  private ObjectKey copy(ObjectKey key, String suffix, int bytes) {
    var copy = new ObjectKey(key + suffix);
    store.put(copy, Arrays.copyOf(store.content(key), bytes), store.metadata(key));
    return copy;
  }

  /** The attacker's case: nobody may be told to delete the good one. */
  @Test
  void aSecondObjectThatDiffersIsNoGarbage() throws Exception {
    var key = stored.whole(1, 0);
    var copy = copy(key, ".copy", 20);

    var listed = only(verify(Level.LISTING), Finding.Kind.DUPLICATE);
    var read = verify(Level.DATA);

    assertThat(listed.severity()).isEqualTo(Severity.WARNING);
    assertThat(listed.key()).isEqualTo(copy);
    assertThat(listed.message()).contains(copy + " (20 bytes)", key.value(), "they differ");
    assertThat(listed.advice()).contains("delete neither").doesNotContain("gc");
    assertThat(read.hasDamage()).isFalse();
    assertThat(only(read, Finding.Kind.DUPLICATE).message())
        .contains("the other was read to its end", "this one is damaged");
  }

  @Test
  void aGoodObjectBesideADamagedOneIsFoundAndIsTheOneToKeep() throws Exception {
    var key = stored.whole(1, 0);
    var good = copy(key, ".copy", store.content(key).length);
    store.put(key, new byte[store.content(key).length - 1], store.metadata(key));

    var listed = only(verify(Level.LISTING), Finding.Kind.DUPLICATE);
    var report = verify(Level.DATA);

    assertThat(listed.advice()).contains("delete neither").doesNotContain("gc");
    assertThat(report.hasDamage()).isTrue();
    assertThat(only(report, Finding.Kind.DAMAGED).message())
        .contains("another object of the same snapshot is " + good);
    var finding = only(report, Finding.Kind.DUPLICATE);
    assertThat(finding.key()).isEqualTo(good);
    assertThat(finding.message()).contains("the other is damaged, and this one is whole");
    assertThat(finding.advice()).startsWith("keep this one").doesNotContain("gc");
  }

  @Test
  void twoDamagedObjectsAreNeitherGoodNorGarbage() throws Exception {
    var key = stored.whole(1, 0);
    store.put(key, new byte[store.content(key).length], store.metadata(key));
    copy(key, ".copy", store.content(key).length);

    var finding = only(verify(Level.DATA), Finding.Kind.DUPLICATE);

    assertThat(finding.message()).contains("this one is damaged");
    assertThat(finding.advice()).startsWith("delete neither").doesNotContain("gc");
  }

  @Test
  void aSecondFileWithTheKeyOfAnObjectIsNamed() throws Exception {
    DirectoryStore.createMarker(directory.resolve("remote"));
    var key = stored.whole(1, 0);
    var escaped = key.value().replace(":", "%3A");
    Files.write(directory.resolve("remote").resolve(key.value()), store.content(key));
    Files.write(directory.resolve("remote").resolve(escaped), new byte[9]);
    try (var remote = DirectoryStore.at(directory.resolve("remote"))) {

      var report = verify(remote, Level.DATA);

      assertThat(report.hasDamage()).isFalse();
      assertThat(report.findings()).hasSize(1);
      assertThat(only(report, Finding.Kind.SECOND_FILE))
          .satisfies(
              finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                assertThat(finding.key()).isEqualTo(key);
                assertThat(finding.message()).contains(escaped, key.value());
              });
    }
  }

  @Test
  void aBackupOfWhichOnlyMetadataAreLeftIsNamed() throws Exception {
    // Nothing was sent against it, so that no chain tells that it is gone.
    DirectoryStore.createMarker(directory.resolve("remote"));
    try (var remote = DirectoryStore.at(directory.resolve("remote"))) {
      for (var identity : List.of(identity(1, 0), identity(2, 1))) {
        var stream = Stored.stream(identity);
        try (var pending =
            remote.create(
                new NewObject(Stored.key(identity), Stored.metadata(identity), stream.length))) {
          pending.write(stream, 0, stream.length);
          pending.commit();
        }
      }
      assertClean(verify(remote, Level.LISTING));
      Files.delete(directory.resolve("remote").resolve(Stored.key(identity(2, 1)).value()));

      var report = verify(remote, Level.LISTING);

      assertThat(report.findings()).hasSize(1);
      assertThat(only(report, Finding.Kind.HIDDEN))
          .satisfies(
              finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                assertThat(finding.uuid()).isEqualTo(uuid(2));
              });
      remote.delete(List.of(Stored.key(identity(1, 0))));
      assertThat(verify(remote, Level.LISTING).findings()).as("deleted as usual").hasSize(1);
    }
  }

  @Test
  void metadataOfAnotherBackup() throws Exception {
    var key = stored.whole(1, 0);
    store.put(key, store.content(key), Stored.metadata(identity(2, 0)));

    assertThat(only(verify(Level.LISTING), Finding.Kind.METADATA_DIFFER).key()).isEqualTo(key);
  }

  @Test
  void swappedSegmentsOfOneSize() throws Exception {
    stored.segmented(1, 0);
    var first = Stored.segment(identity(1, 0), 0);
    var second = Stored.segment(identity(1, 0), 1);
    var bytes = store.content(first);
    var metadata = store.metadata(first);
    store.put(first, store.content(second), store.metadata(second));
    store.put(second, bytes, metadata);

    assertThat(verify(Level.LISTING).findings())
        .hasSize(3)
        .anyMatch(finding -> finding.kind() == Finding.Kind.METADATA_DIFFER)
        .anyMatch(finding -> finding.kind() == Finding.Kind.SOURCE_LOST);
    assertThat(only(verify(Level.DATA), Finding.Kind.DAMAGED).uuid()).isEqualTo(uuid(1));
  }

  @Test
  void aCommitObjectThatIsNone() throws Exception {
    var commit = stored.segmented(1, 0);
    store.put(commit, new byte[10], Map.of());

    assertThat(only(verify(Level.LISTING), Finding.Kind.COMMIT_UNUSABLE).key()).isEqualTo(commit);
  }

  @Test
  void contentIsLookedAtByDataOnly() throws Exception {
    for (var number : List.of(1, 2)) {
      var key = number == 1 ? stored.whole(1, 0) : stored.segmented(1, 0);
      var object = number == 1 ? key : Stored.segment(identity(1, 0), 1);
      var bytes = store.content(object);
      for (int at = 0; at < bytes.length; at += 7) {
        var damaged = bytes.clone();
        damaged[at] ^= 0x10;
        store.put(object, damaged, Stored.metadata(identity(1, 0)));

        assertThat(verify(Level.LISTING).hasDamage()).isFalse();
        assertThat(only(verify(Level.DATA), Finding.Kind.DAMAGED).key()).isEqualTo(object);
      }
      store.keys().forEach(store::remove);
    }
  }

  @Test
  void anotherBackupUnderTheKey() throws Exception {
    var key = stored.whole(1, 0);
    store.put(key, Stored.stream(identity(9, 0)), Map.of());

    assertThat(only(verify(Level.DATA), Finding.Kind.DAMAGED).message()).contains("expected was");
  }

  private VerifyReport covered(@Nullable UUID source, Path... uploaded) throws Exception {
    var reader = new ContentReader(store, ContentKeys.none(), _ -> List.of());
    return new Verify("one", store, reader, btrfs, List.of(), _ -> {})
        .run(
            new VerifyOptions(
                Level.LISTING, new Sample.All(), TODAY, source, null, Set.of(uploaded)));
  }

  @Test
  void nothingAtAllIsNotRight() throws Exception {
    // Invariant 9: an emptied bucket and a wrong prefix look like this.
    store.put(new ObjectKey("notes.txt"), new byte[1], Map.of());
    assertThat(covered(null).notChecked())
        .singleElement()
        .extracting(NotChecked::message)
        .asString()
        .contains("no backup in", "prefix");

    stored.whole(1, 0);
    assertThat(covered(null).notChecked()).isEmpty();
    assertThat(covered(SOURCE).notChecked()).isEmpty();
    assertThat(covered(new UUID(8, 8)).notChecked()).hasSize(1);
  }

  @Test
  void aSourceOfWhichNothingIsThereIsNotRight() throws Exception {
    var data = directory.resolve("data");
    var uuid = btrfs.addSource(data);
    stored.whole(1, 0);

    var report = covered(null, data, directory.resolve("elsewhere"));

    assertThat(report.findings()).isEmpty();
    assertThat(report.notChecked())
        .singleElement()
        .satisfies(
            what -> {
              assertThat(what.uuid()).isNull();
              assertThat(what.message()).contains(data.toString(), uuid.toString());
            });
    assertThat(covered(SOURCE, data).notChecked()).as("another one is asked for").isEmpty();
    assertThat(covered(uuid, data).notChecked()).hasSize(1);

    // One that is damaged is told by itself.
    var identity =
        new BackupIdentity(uuid(2), uuid, null, identity(2, 0).ctransid(), identity(2, 0).ctime());
    store.put(Stored.key(identity), new byte[0], Stored.metadata(identity));
    assertThat(covered(null, data).notChecked()).isEmpty();
  }

  @Test
  void aCommandThatFailsIsToldAsSuch() throws Exception {
    var identity = identity(1, 0);
    store.put(
        Stored.key(identity), "not the plain stream".getBytes(StandardCharsets.UTF_8), Map.of());
    var commands = List.of(List.of("sh", "-c", "cat >/dev/null; echo No secret key >&2; exit 2"));
    var reader = new ContentReader(store, ContentKeys.none(), _ -> commands);

    var report =
        new Verify("one", store, reader, btrfs, List.of(), _ -> {})
            .run(new VerifyOptions(Level.DATA, new Sample.All(), TODAY, null, null));
    var finding = only(report, Finding.Kind.COMMAND_FAILED);

    assertThat(finding.isDamage()).as("it may be").isTrue();
    assertThat(finding.message()).contains("exit code 2", "No secret key");
    assertThat(finding.advice()).startsWith("run the commands of restore_through on it by hand");
  }

  @Test
  void aCommitObjectIsReadOnceToLookAtAndOnceToReadTheBackup() throws Exception {
    var commit = stored.segmented(1, 0);
    var counting = new FaultyStore(store);

    assertClean(verify(counting, Level.DATA));

    assertThat(counting.requests())
        .filteredOn(request -> request.operation() == Operation.OPEN)
        .filteredOn(request -> request.keys().contains(commit))
        .hasSize(2);
  }

  @Test
  void withoutAScratchFileSystemTheRestOfTheReportIsTold() throws Exception {
    // Invariant 9: a directory on which there can be none, whoever runs this.
    stored.whole(1, 0);
    store.remove(stored.whole(2, 1));
    stored.whole(3, 2);
    var reader = new ContentReader(store, ContentKeys.none(), _ -> List.of());
    var options = new VerifyOptions(Level.RESTORE, new Sample.All(), TODAY, null, Path.of("/proc"));

    var report = new Verify("one", store, reader, btrfs, List.of(), _ -> {}).run(options);

    assertThat(only(report, Finding.Kind.PARENT_MISSING).uuid()).isEqualTo(uuid(2));
    assertThat(report.notChecked())
        .extracting(NotChecked::uuid)
        .containsExactlyInAnyOrder(uuid(1), uuid(3));
    assertThat(report.checked()).isEmpty();
  }

  @Test
  void aStaleHashOfRightContentIsAWarning() throws Exception {
    var commit = stored.segmented(1, 0);
    var json = new String(store.content(commit), StandardCharsets.UTF_8);
    var hash = CommitJson.read(store.content(commit)).segments().getFirst().content().sha256();
    store.put(
        commit,
        json.replace(hash, "0".repeat(64)).getBytes(StandardCharsets.UTF_8),
        store.metadata(commit));

    var report = verify(Level.DATA);

    assertThat(only(report, Finding.Kind.HASH_STALE).severity()).isEqualTo(Severity.WARNING);
    assertThat(only(report, Finding.Kind.HASH_STALE).advice())
        .contains("repair --remote one --commit " + uuid(1));
    assertThat(report.hasDamage()).isFalse();
  }

  @Test
  void whatCannotBeReadIsNeitherRightNorDamaged() throws Exception {
    var key = stored.whole(1, 0);
    stored.whole(2, 1);
    for (var operation : List.of(Operation.FIND, Operation.OPEN)) {
      var remote =
          new FaultyStore(store)
              .fail(
                  request -> request.operation() == operation && request.keys().contains(key),
                  RemoteException.Kind.DENIED);

      var report = verify(remote, Level.DATA);

      assertThat(report.findings()).isEmpty();
      assertThat(report.notChecked()).hasSize(1);
      assertThat(report.notChecked().getFirst().uuid()).isEqualTo(uuid(1));
      assertThat(report.notChecked().getFirst().undecodable()).isFalse();
      assertThat(report.checked()).as("the others go on").containsExactly(uuid(2));
    }
    var gone = new FaultyStore(store).fail(_ -> true, RemoteException.Kind.TRANSIENT);
    assertThatThrownBy(() -> verify(gone, Level.LISTING)).isInstanceOf(RemoteException.class);
  }

  @Test
  void withoutKeyOrCommandNothingIsKnown() throws Exception {
    var identity = identity(1, 0);
    store.put(
        Stored.key(identity), "\u001f\u008bgzip".getBytes(StandardCharsets.ISO_8859_1), Map.of());

    var report = verify(Level.DATA);

    assertThat(report.findings()).isEmpty();
    assertThat(report.notChecked()).singleElement().matches(NotChecked::undecodable);
    assertThat(report.checked()).isEmpty();
  }

  @Test
  void whatVanishesIsDamageOnlyIfItIsStillListed() throws Exception {
    var key = stored.whole(1, 0);
    stored.whole(2, 0);
    var lying =
        new FaultyStore(store)
            .fail(
                request -> request.operation() == Operation.OPEN && request.keys().contains(key),
                RemoteException.Kind.NOT_FOUND);

    var report = verify(lying, Level.DATA);
    assertThat(only(report, Finding.Kind.VANISHED).isDamage()).isTrue();

    var reader = new ContentReader(store, ContentKeys.none(), _ -> List.of());
    var deleted =
        new Verify(
                "one",
                store,
                reader,
                btrfs,
                List.of(),
                event -> {
                  if (event instanceof VerifyEvent.Checking) {
                    store.remove(key); // As an update may while this runs.
                  }
                })
            .run(new VerifyOptions(Level.DATA, new Sample.All(), TODAY, null, null));
    assertThat(only(deleted, Finding.Kind.VANISHED).severity()).isEqualTo(Severity.INFO);
    assertThat(deleted.hasDamage()).isFalse();
    assertThat(deleted.checked()).containsExactly(uuid(2));
  }

  @Test
  void oneBackupThatWasChosen() throws Exception {
    store.put(stored.whole(1, 0), new byte[9], Map.of());
    var key = stored.whole(2, 0);
    var copy = store.put(new ObjectKey("other/" + key), store.content(key), Map.of());
    var reader = new ContentReader(store, ContentKeys.none(), _ -> List.of());
    var verify = new Verify("one", store, reader, btrfs, List.of(), _ -> {});

    var report = verify.run(new VerifyOptions(Level.DATA, new Sample.One(key), TODAY, null, null));
    assertThat(report.hasDamage()).isFalse();
    assertThat(report.checked()).containsExactly(uuid(2));
    var none =
        verify.run(new VerifyOptions(Level.DATA, new Sample.One(copy.key()), TODAY, null, null));
    assertThat(none.sampled()).as("another object counts").isEmpty();
  }

  @Test
  void onlyTheSourceThatWasAskedFor() throws Exception {
    store.remove(stored.whole(1, 0));
    stored.whole(2, 1);
    var reader = new ContentReader(store, ContentKeys.none(), _ -> List.of());

    var report =
        new Verify("one", store, reader, btrfs, List.of(), _ -> {})
            .run(new VerifyOptions(Level.LISTING, new Sample.All(), TODAY, new UUID(8, 8), null));

    assertThat(report.findings()).isEmpty();
    assertThat(report.backups()).isZero();
  }
}
