package org.btrfs2s3.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What is special about a store in a directory; the rest is in its contract. */
@Timeout(120)
final class DirectoryStoreTest {

  private static final ObjectKey KEY = new ObjectKey("data.ctim2026-01-31T23:59:59+01:00.ctid7");
  private static final ObjectKey OTHER = new ObjectKey("other");
  private static final ObjectKey LIVING = new ObjectKey("living");

  @TempDir private Path temporary;
  private Path directory;
  private DirectoryStore store;

  @BeforeEach
  void createRemote() throws Exception {
    directory = temporary.resolve("remote");
    DirectoryStore.createMarker(directory);
    store = DirectoryStore.at(directory);
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  // The marker.

  @Test
  void directoryWithoutMarkerIsAwayAndNeverEmpty() throws Exception {
    put(store, KEY);
    Files.delete(directory.resolve(DirectoryStore.MARKER));
    assertAway(() -> store.list());
    assertAway(() -> store.find(OTHER));
    assertAway(() -> store.open(OTHER, 0));
    assertAway(() -> store.create(newObject(OTHER)));
    assertAway(() -> store.delete(List.of(KEY)));
    assertThat(directory.resolve(KEY.value())).exists();
  }

  @Test
  void missingDirectoryIsNotFound() {
    var missing = DirectoryStore.at(temporary.resolve("missing"));
    assertFails(Kind.NOT_FOUND, missing::list);
    assertFails(Kind.NOT_FOUND, () -> missing.find(KEY));
    assertFails(Kind.NOT_FOUND, () -> missing.create(newObject(KEY)));
    assertFails(Kind.NOT_FOUND, () -> missing.delete(List.of(KEY)));
    assertThat(temporary.resolve("missing")).doesNotExist();
  }

  @Test
  void commitFailsWhenTheMarkerWentAway() throws Exception {
    try (var pending = store.create(newObject(KEY))) {
      pending.write(new byte[10], 0, 10);
      Files.delete(directory.resolve(DirectoryStore.MARKER));
      assertAway(pending::commit);
    }
    DirectoryStore.createMarker(directory);
    assertThat(store.list().objects()).isEmpty();
  }

  @Test
  void markerIsMadeOnceAndOnlyWhereItsParentIs() throws Exception {
    put(store, KEY);
    DirectoryStore.createMarker(directory);
    assertThat(keys(store)).containsExactly(KEY);
    assertFails(
        Kind.NOT_FOUND,
        () -> {
          DirectoryStore.createMarker(temporary.resolve("not-mounted/remote"));
          return null;
        });
    assertThat(temporary.resolve("not-mounted")).doesNotExist();
  }

  @Test
  void readersAcceptADirectoryWithoutMarkerThatHoldsABackup() throws Exception {
    put(store, KEY);
    put(store, OTHER);
    Files.delete(directory.resolve(DirectoryStore.MARKER));
    var reader = DirectoryStore.readOnlyAt(directory, KEY::equals);
    assertThat(keys(reader)).containsExactly(KEY, OTHER);
    assertThat(reader.find(new ObjectKey("missing"))).isEmpty();
    assertThat(reader.find(KEY)).isPresent();

    Predicate<ObjectKey> nothing = key -> false;
    var stranger = DirectoryStore.readOnlyAt(directory, nothing);
    assertThat(assertFails(Kind.NOT_FOUND, stranger::list))
        .hasMessageContaining("there is no backup in it")
        .hasMessageNotContaining("--create-remotes");
    assertFails(Kind.NOT_FOUND, () -> stranger.find(new ObjectKey("missing")));
  }

  @Test
  void readersChangeNothing() throws Exception {
    put(store, KEY);
    var reader = DirectoryStore.readOnlyAt(directory, KEY::equals);
    assertFails(Kind.REFUSED, () -> reader.create(newObject(OTHER)));
    assertFails(Kind.REFUSED, () -> reader.delete(List.of(KEY)));
    assertThat(keys(reader)).containsExactly(KEY);
  }

  // What lies in the directory.

  @Test
  void objectsArePlainFilesNamedByTheirKeys() throws Exception {
    put(store, KEY);
    var file = directory.resolve(KEY.value());
    assertThat(file).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(entries(directory.resolve(".tmp"))).isEmpty();
  }

  @Test
  void metadataTellOfAnObjectThatWasTakenAwayButNotOfOneThatWasDeleted() throws Exception {
    put(store, KEY);
    assertThat(store.list().traces()).isEmpty();

    Files.move(directory.resolve(KEY.value()), directory.resolveSibling("aside"));
    assertThat(store.list().traces()).containsExactly(KEY);

    Files.move(directory.resolveSibling("aside"), directory.resolve(KEY.value()));
    store.delete(List.of(KEY));
    assertThat(store.list()).isEqualTo(new Listing(List.of(), null));
  }

  @Test
  void listsForeignFilesButNothingElse() throws Exception {
    Files.writeString(directory.resolve("-foreign file"), "12345");
    Files.writeString(directory.resolve(".DS_Store"), "1");
    Files.createDirectory(directory.resolve("lost+found"));
    Files.createSymbolicLink(directory.resolve("dangling"), Path.of("nowhere"));
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("-foreign file"));
    Mount.run("mkfifo", directory.resolve("fifo").toString());
    put(store, OTHER);
    assertThat(keys(store))
        .map(ObjectKey::value)
        .containsExactly("-foreign file", ".DS_Store", "other");
  }

  // Invariant 10; peers hang or crash here.
  @Test
  void nothingButRegularFilesIsReadOrDeleted() throws Exception {
    Files.createDirectory(directory.resolve("subdirectory"));
    Files.createSymbolicLink(directory.resolve("dangling"), Path.of("nowhere"));
    Mount.run("mkfifo", directory.resolve("fifo").toString());
    for (var name :
        List.of("subdirectory", "dangling", "fifo", ".tmp", ".meta", "btrfs2s3-remote")) {
      var key = new ObjectKey(name);
      assertThat(store.find(key)).isEmpty();
      assertFails(Kind.NOT_FOUND, () -> store.open(key, 0));
      assertThat(store.delete(List.of(key)).failed()).isEmpty();
    }
    assertThat(entries(directory)).contains("subdirectory", "dangling", "fifo", "btrfs2s3-remote");
  }

  @Test
  void namesThatAreNotUtf8AreForeign() throws Exception {
    put(store, KEY);
    Mount.run("sh", "-c", "cd \"$0\" && touch \"$(printf 'bad\\377')\"", directory.toString());
    assertThat(keys(store)).containsExactly(KEY);
  }

  @Test
  void objectsCopiedFromAFileSystemThatRefusesColonsAreFound() throws Exception {
    var escaped = directory.resolve("data.ctim2026-01-31T23%3A59%3A59+01%3A00.ctid7");
    Files.write(escaped, new byte[] {9});
    assertThat(keys(store)).containsExactly(KEY);
    assertThat(store.find(KEY).orElseThrow().object().size()).isEqualTo(1);
    assertFails(Kind.CONFLICT, () -> put(store, KEY));
    assertThat(store.delete(List.of(KEY)).deleted()).containsExactly(KEY);
    assertThat(escaped).doesNotExist();
  }

  /** Invariant 3: one of the two may hold a part only, and nobody knows which. */
  @Test
  void ofTwoFilesWithOneKeyOneIsTheObjectAndTheOtherIsNeverTouched() throws Exception {
    put(store, KEY);
    var plain = directory.resolve(KEY.value());
    var escaped = directory.resolve(KEY.value().replace(":", "%3A"));
    Files.write(escaped, new byte[] {9});

    var listing = store.list();

    assertThat(listing.objects())
        .singleElement()
        .satisfies(
            object -> {
              assertThat(object.key()).isEqualTo(KEY);
              assertThat(object.size()).isEqualTo(3);
            });
    assertThat(listing.secondFiles())
        .containsExactly(
            new SecondFile(KEY, escaped.getFileName().toString(), plain.getFileName().toString()));
    assertThat(store.find(KEY).orElseThrow().object().size()).isEqualTo(3);
    replace(KEY);
    assertThat(escaped).hasBinaryContent(new byte[] {9});
    assertThat(store.delete(List.of(KEY)).deleted()).containsExactly(KEY);
    assertThat(plain).doesNotExist();
    assertThat(escaped).hasBinaryContent(new byte[] {9});
    assertThat(store.list().secondFiles()).isEmpty();
    assertThat(keys(store)).containsExactly(KEY);
  }

  @Test
  void whatIsReplacedUnderAnotherNameIsGone() throws Exception {
    var escaped = directory.resolve(KEY.value().replace(":", "%3A"));
    Files.write(escaped, new byte[] {9});

    replace(KEY);

    assertThat(escaped).doesNotExist();
    assertThat(store.list().secondFiles()).isEmpty();
    assertThat(store.find(KEY).orElseThrow().object().size()).isEqualTo(4);
  }

  private void replace(ObjectKey key) throws Exception {
    var object = new NewObject(key, Map.of(), 4, NewObject.Predecessor.REPLACED);
    try (var pending = store.create(object)) {
      pending.write(new byte[4], 0, 4);
      pending.commit();
    }
  }

  @Test
  void keysThatNoFileCanHaveAreRefused() throws Exception {
    for (var text : List.of("x".repeat(256), "folder/key", ".tmp", ".meta", "btrfs2s3-remote")) {
      var key = new ObjectKey(text);
      assertFails(Kind.REFUSED, () -> put(store, key));
      assertThat(store.find(key)).isEmpty();
    }
    assertThat(store.list().objects()).isEmpty();
    assertThat(entries(directory.resolve(".tmp"))).isEmpty();
  }

  @Test
  void metadataIsNotNeeded() throws Exception {
    put(store, KEY);
    var sidecar = directory.resolve(".meta").resolve(KEY.value());
    assertThat(sidecar).exists();
    Files.writeString(sidecar, "garbled");
    assertThat(store.find(KEY).orElseThrow().metadata()).isEmpty();
    Files.delete(sidecar);
    assertThat(store.find(KEY).orElseThrow().metadata()).isEmpty();
  }

  /** Invariant 10: none of these is ours, and to open one may block for ever. */
  @Test
  @Timeout(60)
  void whatOnlyHasTheNameOfMetadataIsNotRead() throws Exception {
    put(store, KEY);
    var sidecar = directory.resolve(".meta").resolve(KEY.value());
    Files.delete(sidecar);
    Mount.run("mkfifo", sidecar.toString());
    assertThat(store.find(KEY).orElseThrow().metadata()).isEmpty();
    Files.delete(sidecar);
    Files.createSymbolicLink(sidecar, Path.of("/dev/zero"));
    assertThat(store.find(KEY).orElseThrow().metadata()).isEmpty();
    Files.delete(sidecar);
    Files.write(sidecar, new byte[(64 << 10) + 1]);
    assertThat(store.find(KEY).orElseThrow().metadata()).isEmpty();
  }

  @Test
  void deletingTakesTheMetadataAlong() throws Exception {
    put(store, KEY);
    store.delete(List.of(KEY));
    assertThat(entries(directory.resolve(".meta"))).isEmpty();
  }

  // Invariant 4: any run may be killed at any instant.

  @Test
  void killedRunLeavesNothingVisibleAndItsFilesGoWithTheNextUpload() throws Exception {
    AbandonedUpload.of(KEY, directory);
    assertThat(entries(directory.resolve(".tmp"))).hasSize(1);
    assertThat(store.list().objects()).isEmpty();
    assertThat(store.find(KEY)).isEmpty();

    put(store, KEY);
    assertThat(entries(directory.resolve(".tmp"))).isEmpty();
    assertThat(keys(store)).containsExactly(KEY);
  }

  @Test
  void tidyingRemovesWhatAKilledRunLeftAndNothingElse() throws Exception {
    put(store, OTHER);
    AbandonedUpload.of(KEY, directory);
    var empty =
        Files.createDirectory(directory.resolve(".tmp").resolve(UUID.randomUUID().toString()));
    var theirs = Files.createDirectory(directory.resolve(".tmp/theirs"));
    try (var second = DirectoryStore.at(directory);
        var pending = second.create(newObject(LIVING))) {
      pending.write(new byte[] {4}, 0, 1);

      store.tidy();

      assertThat(entries(directory.resolve(".tmp"))).hasSize(2).contains("theirs");
      assertThat(empty).doesNotExist();
      assertThat(theirs).exists();
      pending.commit();
    }
    assertThat(keys(store)).containsExactlyInAnyOrder(OTHER, LIVING);
    var reading = DirectoryStore.readOnlyAt(directory, key -> true);
    assertFails(Kind.REFUSED, () -> tidied(reading));
  }

  private static boolean tidied(DirectoryStore readOnly) throws Exception {
    readOnly.tidy();
    return true;
  }

  /** Killed after it had stored the metadata, and before the object got its name. */
  private Path killBetweenMetadataAndName(ObjectKey key) throws Exception {
    AbandonedUpload.of(key, directory);
    var staging =
        entries(directory.resolve(".tmp")).stream()
            .map(directory.resolve(".tmp")::resolve)
            .filter(run -> Files.exists(run.resolve(key.value())))
            .findFirst()
            .orElseThrow();
    Files.createDirectories(directory.resolve(".meta"));
    Files.writeString(
        directory.resolve(".meta").resolve(key.value()),
        "btrfs2s3-upload-id=%s\n".formatted(staging.getFileName()));
    return staging;
  }

  @Test
  void metadataDoNotTellOfAnObjectThatNeverGotItsName() throws Exception {
    killBetweenMetadataAndName(KEY);
    assertThat(store.list()).isEqualTo(new Listing(List.of(), null));

    store.tidy();

    assertThat(entries(directory.resolve(".meta"))).isEmpty();
    assertThat(entries(directory.resolve(".tmp"))).isEmpty();
    assertThat(store.list().traces()).isEmpty();
  }

  @Test
  void droppingAnUploadTakesMetadataAlongThatOnlyItLeft() throws Exception {
    killBetweenMetadataAndName(KEY);

    store.abort(store.unfinishedUploads().getFirst());

    assertThat(entries(directory.resolve(".meta"))).isEmpty();
    put(store, KEY);
    assertThat(store.find(KEY).orElseThrow().metadata()).isNotEmpty();
  }

  /** Invariants 2 and 3: without that proof they may tell of an object that is hidden. */
  @Test
  void metadataThatMayTellOfAHiddenObjectStay() throws Exception {
    Files.delete(killBetweenMetadataAndName(KEY).resolve(KEY.value()));
    assertTracedAndStillSoWhenTidied(KEY);

    Files.createLink(
        directory.resolveSibling("aside"),
        killBetweenMetadataAndName(OTHER).resolve(OTHER.value()));
    assertTracedAndStillSoWhenTidied(KEY, OTHER);

    killBetweenMetadataAndName(LIVING);
    Files.writeString(
        directory.resolve(".meta").resolve(LIVING.value()),
        "btrfs2s3-upload-id=" + UUID.randomUUID() + "\n");
    assertTracedAndStillSoWhenTidied(KEY, OTHER, LIVING);
  }

  private void assertTracedAndStillSoWhenTidied(ObjectKey... keys) throws Exception {
    assertThat(store.list().traces()).containsExactlyInAnyOrder(keys);
    store.tidy();
    assertThat(entries(directory.resolve(".tmp"))).isEmpty();
    assertThat(store.list().traces()).containsExactlyInAnyOrder(keys);
  }

  /** Were it killed, its metadata would have to tell of the hidden object. */
  @Test
  void whoWritesAHiddenObjectAgainLeavesNoProofThatThereWasNone() throws Exception {
    assertThat(idOfMetadataIsThatOfTheRun(KEY)).isTrue();
    Files.move(directory.resolve(KEY.value()), directory.resolveSibling("aside"));
    assertThat(idOfMetadataIsThatOfTheRun(KEY)).isFalse();
  }

  private boolean idOfMetadataIsThatOfTheRun(ObjectKey key) throws Exception {
    try (var pending = store.create(newObject(key))) {
      var id = entries(directory.resolve(".tmp")).getFirst();
      pending.commit();
      return id.equals(store.find(key).orElseThrow().metadata().get("btrfs2s3-upload-id"));
    }
  }

  @Test
  void whatAKilledRunLeftIsListedAndDropped() throws Exception {
    AbandonedUpload.of(KEY, directory);
    var left = store.unfinishedUploads();
    assertThat(left).singleElement().extracting(UnfinishedUpload::key).isEqualTo(KEY);
    assertThat(left.getFirst().begun()).isBetween(Instant.now().minusSeconds(120), Instant.now());
    store.abort(left.getFirst());
    assertThat(entries(directory.resolve(".tmp"))).isEmpty();
  }

  @Test
  void uploadsUnderWayAreNotListedAndCannotBeDropped() throws Exception {
    try (var second = DirectoryStore.at(directory);
        var pending = second.create(newObject(KEY))) {
      pending.write(new byte[] {4}, 0, 1);
      assertThat(store.unfinishedUploads()).isEmpty();
      var id = entries(directory.resolve(".tmp")).getFirst();
      var living = new UnfinishedUpload(KEY, id, Instant.now());
      assertFails(Kind.REFUSED, () -> drop(living));
      pending.commit();
      drop(living);
    }
    assertThat(keys(store)).containsExactly(KEY);
  }

  // Invariant 10.
  @Test
  void nothingButOurStagingDirectoriesIsListedOrDropped() throws Exception {
    put(store, KEY);
    var staging = directory.resolve(".tmp");
    Files.createDirectory(staging.resolve("theirs"));
    Files.writeString(staging.resolve("theirs").resolve("file"), "x");
    Files.createSymbolicLink(
        staging.resolve("00000000-0000-4000-8000-000000000000"), staging.resolve("theirs"));
    Files.writeString(staging.resolve("00000000-0000-4000-8000-000000000001"), "x");
    Files.createDirectory(staging.resolve("00000000-0000-4000-8000-000000000002"));
    assertThat(store.unfinishedUploads()).isEmpty();
    for (var id : List.of("theirs", "..", "../../remote", "00000000-0000-4000-8000-000000000000")) {
      drop(new UnfinishedUpload(KEY, id, Instant.now()));
    }
    assertThat(staging.resolve("theirs").resolve("file")).exists();
    assertThat(keys(store)).containsExactly(KEY);
  }

  @Test
  void unfinishedUploadsOfADirectoryWithoutMarkerAreNotNone() throws Exception {
    Files.delete(directory.resolve(DirectoryStore.MARKER));
    assertAway(() -> store.unfinishedUploads());
  }

  @Test
  void uploadsUnderWayAndForeignFilesAreNotTakenForAbandoned() throws Exception {
    try (var second = DirectoryStore.at(directory);
        var pending = second.create(newObject(KEY))) {
      Files.writeString(directory.resolve(".tmp").resolve("foreign"), "x");
      pending.write(new byte[] {4}, 0, 1);
      put(store, OTHER);
      pending.write(new byte[] {5}, 0, 1);
      pending.commit();
    }
    assertThat(directory.resolve(KEY.value())).hasBinaryContent(new byte[] {4, 5});
    assertThat(entries(directory.resolve(".tmp"))).containsExactly("foreign");
  }

  // Invariant 11.
  @Test
  void twoStoresRacingForOneKeyHaveOneWinner() throws Exception {
    try (var executor = Executors.newFixedThreadPool(2);
        var second = DirectoryStore.at(directory)) {
      for (int round = 0; round < 20; round++) {
        var key = new ObjectKey("race." + round);
        var start = new CyclicBarrier(2);
        var commits = new ArrayList<Future<Boolean>>();
        for (var racer : List.of(store, second)) {
          commits.add(executor.submit(() -> commits(racer, key, start)));
        }
        assertThat(commits.get(0).get() ^ commits.get(1).get()).isTrue();
      }
    }
  }

  // What disks do.

  @Test
  void fileThatShrinksWhileItIsReadIsAnError() throws Exception {
    put(store, KEY);
    try (var in = store.open(KEY, 0)) {
      assertThat(in.read()).isEqualTo(1);
      try (var file = new RandomAccessFile(directory.resolve(KEY.value()).toFile(), "rw")) {
        file.setLength(1);
      }
      assertFails(Kind.INTEGRITY, in::readAllBytes);
    }
  }

  @Test
  @EnabledIf(value = "org.btrfs2s3.core.store.Mount#isRoot", disabledReason = Mount.NEEDS_ROOT)
  void fullDiskRefusesAndLeavesNothing() throws Exception {
    try (var disk = Mount.tmpfs(temporary.resolve("small"), "1M")) {
      DirectoryStore.createMarker(disk.path());
      var small = DirectoryStore.at(disk.path());
      var pending = small.create(newObject(KEY));
      assertThat(
              assertFails(
                  Kind.REFUSED,
                  () -> {
                    pending.write(new byte[2 * 1024 * 1024], 0, 2 * 1024 * 1024);
                    return pending.commit();
                  }))
          .hasMessageContaining("No space left")
          .hasMessageContaining("bytes are free");
      assertFails(Kind.TRANSIENT, pending::commit);
      assertThat(small.list().objects()).isEmpty();
      put(small, OTHER);
      assertThat(keys(small)).containsExactly(OTHER);
    }
  }

  @Test
  @EnabledIf(value = "org.btrfs2s3.core.store.Mount#isRoot", disabledReason = Mount.NEEDS_ROOT)
  void readOnlyDiskDenies() throws Exception {
    try (var disk = Mount.tmpfs(temporary.resolve("read-only"), "1M")) {
      DirectoryStore.createMarker(disk.path());
      var locked = DirectoryStore.at(disk.path());
      put(locked, KEY);
      disk.remountReadOnly();
      assertFails(Kind.DENIED, () -> put(locked, OTHER));
      assertThat(locked.delete(List.of(KEY)).failed().get(KEY))
          .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.DENIED));
      assertThat(keys(locked)).containsExactly(KEY);
    }
  }

  @Test
  @EnabledIf(value = "org.btrfs2s3.core.store.Mount#isRoot", disabledReason = Mount.NEEDS_ROOT)
  void diskThatGoesAwayTakesTheUploadAlong() throws Exception {
    var mountPoint = temporary.resolve("disk");
    var away = DirectoryStore.at(mountPoint);
    try (var disk = Mount.tmpfs(mountPoint, "1M")) {
      DirectoryStore.createMarker(mountPoint);
      put(away, OTHER);
      var pending = away.create(newObject(KEY));
      pending.write(new byte[] {1}, 0, 1);
      disk.pull();
      assertAway(pending::commit);
      assertAway(() -> away.delete(List.of(OTHER)));
      assertThat(entries(mountPoint)).isEmpty();
    }
  }

  private static boolean commits(BackupStore store, ObjectKey key, CyclicBarrier start)
      throws Exception {
    try (var pending = store.create(newObject(key))) {
      pending.write(new byte[100], 0, 100);
      start.await();
      pending.commit();
      return true;
    } catch (RemoteException e) {
      assertThat(e.kind()).isEqualTo(Kind.CONFLICT);
      return false;
    }
  }

  private UnfinishedUpload drop(UnfinishedUpload upload) throws Exception {
    store.abort(upload);
    return upload;
  }

  private static NewObject newObject(ObjectKey key) {
    return new NewObject(key, Map.of("btrfs2s3-note", "a note"), 3);
  }

  private static StoredObject put(BackupStore store, ObjectKey key)
      throws RemoteException, InterruptedException {
    try (var pending = store.create(newObject(key))) {
      pending.write(new byte[] {1, 2, 3}, 0, 3);
      return pending.commit();
    }
  }

  private static List<ObjectKey> keys(BackupStore store) throws Exception {
    return store.list().objects().stream().map(StoredObject::key).toList();
  }

  private static List<String> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }

  private static void assertAway(Callable<?> call) {
    assertThat(assertFails(Kind.NOT_FOUND, call))
        .hasMessageContaining("Is the disk mounted?")
        .hasMessageContaining(DirectoryStore.MARKER);
  }

  private static RemoteException assertFails(Kind kind, Callable<?> call) {
    var failure = catchThrowableOfType(RemoteException.class, call::call);
    assertThat(failure).isNotNull();
    assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind);
    return failure;
  }
}
