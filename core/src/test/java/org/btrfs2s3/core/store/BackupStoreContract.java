package org.btrfs2s3.core.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * What every {@link BackupStore} must do. A subclass says how to get one, and where its store has
 * limits.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
public abstract class BackupStoreContract {

  private static final ObjectKey KEY = new ObjectKey("data.one");
  private static final ObjectKey OTHER = new ObjectKey("data.two");

  /** Ends what still runs of an upload that a test left unfinished. */
  protected interface Leftover extends AutoCloseable {
    @Override
    void close();
  }

  private BackupStore store;
  private boolean opened;

  /** A store on a new, empty remote. The contract closes it. */
  protected abstract BackupStore openStore() throws Exception;

  /**
   * A second store on the remote of the first, where there is such a thing: what was committed must
   * not live in the store alone. The contract closes it.
   */
  protected BackupStore reopen(BackupStore first) throws Exception {
    return first;
  }

  /** Sizes of objects in bytes, around the boundaries at which the store changes its ways. */
  protected List<Integer> interestingSizes() {
    return List.of(0, 1, 4096, 1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1, 3 * 1024 * 1024 + 7);
  }

  /** Begins an upload of some bytes and leaves it as a killed process would. */
  protected Leftover leaveUnfinished(BackupStore store, ObjectKey key) throws Exception {
    var pending = store.create(newObject(key));
    writeAll(pending, bytes(1 + interestingSizes().stream().mapToInt(i -> i).max().orElseThrow()));
    return pending::close;
  }

  /** How many objects make the listing span several answers of the remote. */
  protected int manyObjects() {
    return 1001;
  }

  /** Whether the remote itself refuses the second of two commits at the same moment. */
  protected boolean commitsAreConditional() {
    return true;
  }

  /** Whether the remote keeps user metadata. */
  protected boolean keepsMetadata() {
    return true;
  }

  /** Keys that tempt a store to encode, decode, trim, hide or normalise. */
  protected List<String> awkwardKeys() {
    return List.of(
        "data.ctim2026-01-31T23:59:59+01:00.ctid7",
        "plus+plus",
        "two  spaces",
        "100%",
        "%3A",
        "a%3Ab",
        "a%253Ab",
        "a%2Fb",
        "a%20b",
        ".hidden",
        "..two-dots",
        "trailing.",
        "~tilde",
        "#hash#",
        "what?",
        "a&b=c;d,e@f!g$h",
        "'quoted' \"twice\"",
        "<tag>*|",
        "(round) [square] {curly}",
        "back\\slash",
        "UPPER",
        "upper",
        "Größe",
        "Gro\u0308ße",
        "\uff21-fullwidth",
        "\ud83d\udcbe-beyond-the-basic-plane",
        "long." + "x".repeat(230));
  }

  @BeforeEach
  void openFreshStore() throws Exception {
    store = openStore();
    opened = true;
  }

  @AfterEach
  void closeStore() {
    // Not if the machine has no such store, and the test is skipped.
    if (opened) {
      store.close();
    }
  }

  @Test
  void listsNothingAtFirst() throws Exception {
    assertThat(store.list().objects()).isEmpty();
  }

  @Test
  void saysWhereItIs() {
    assertThat(store.location()).isNotBlank();
  }

  // Invariant 1: visible means whole.

  @Test
  void showsNothingBeforeTheCommit() throws Exception {
    try (var pending = store.create(newObject(KEY))) {
      assertNothingVisible(KEY);
      writeAll(pending, bytes(100_000));
      assertNothingVisible(KEY);
      pending.commit();
    }
    assertHolds(KEY, bytes(100_000));
  }

  @TestFactory
  Stream<DynamicTest> closingWithoutCommitLeavesNothing() {
    return eachSize(
        (key, size) -> {
          var pending = store.create(newObject(key));
          writeAll(pending, bytes(size));
          pending.close();
          assertNothingVisible(key);
          assertThatThrownBy(pending::commit).isInstanceOf(Exception.class);
          assertNothingVisible(key);
        });
  }

  @TestFactory
  Stream<DynamicTest> givesBackWhatWasCommitted() {
    return eachSize(
        (key, size) -> {
          var committed = put(store, key, bytes(size));
          assertThat(committed.key()).isEqualTo(key);
          assertThat(committed.size()).isEqualTo(size);
          assertHolds(key, bytes(size));
        });
  }

  @Test
  void commitsMuchMoreThanWasEstimated() throws Exception {
    int size = 3 * interestingSizes().stream().max(Comparator.naturalOrder()).orElseThrow();
    try (var pending = store.create(new NewObject(KEY, Map.of(), 1))) {
      writeAll(pending, bytes(size));
      pending.commit();
    }
    assertHolds(KEY, bytes(size));
  }

  @Test
  void committedObjectsOutliveTheStore() throws Exception {
    put(store, KEY, bytes(5000));
    var second = reopen(store);
    try {
      assertThat(keys(second)).containsExactly(KEY);
      assertThat(content(second, KEY, 0)).isEqualTo(bytes(5000));
    } finally {
      second.close();
    }
  }

  @Test
  void closingIsIdempotentAndKeepsWhatWasCommitted() throws Exception {
    var pending = store.create(newObject(KEY));
    writeAll(pending, bytes(10));
    pending.commit();
    pending.close();
    pending.close();
    assertHolds(KEY, bytes(10));

    var dropped = store.create(newObject(OTHER));
    dropped.close();
    dropped.close();
    assertNothingVisible(OTHER);
  }

  @Test
  void closingTheStoreAbortsWhatIsPending() throws Exception {
    put(store, OTHER, bytes(3));
    var pending = store.create(newObject(KEY));
    writeAll(pending, bytes(10));
    store.close();
    store.close();
    assertThatThrownBy(
            () -> {
              writeAll(pending, bytes(10));
              pending.commit();
            })
        .isInstanceOf(Exception.class);
    pending.close();
  }

  @Test
  void closingTheStoreLeavesNothingOfWhatWasPending() throws Exception {
    put(store, OTHER, bytes(3));
    var second = reopen(store);
    assumeTrue(second != store, "the store cannot be opened twice");
    try {
      writeAll(store.create(newObject(KEY)), bytes(10));
      store.close();
      assertThat(keys(second)).containsExactly(OTHER);
    } finally {
      second.close();
    }
  }

  @Test
  void closingFromAnotherThreadEndsTheWriter() throws Exception {
    var pending = store.create(newObject(KEY));
    var writing = new CountDownLatch(1);
    try (var executor = Executors.newSingleThreadExecutor()) {
      Future<?> writer = executor.submit(() -> writeForEver(pending, writing));
      writing.await();
      pending.close();
      assertThatThrownBy(writer::get)
          .cause()
          .isInstanceOfAny(
              RemoteException.class, InterruptedException.class, IllegalStateException.class);
    }
    assertNothingVisible(KEY);
  }

  @Test
  void closingDuringTheCommitLeavesAllOrNothing() throws Exception {
    try (var executor = Executors.newSingleThreadExecutor()) {
      for (int round = 0; round < 10; round++) {
        var key = new ObjectKey("round." + round);
        var pending = store.create(newObject(key));
        writeAll(pending, bytes(100_000));
        var start = new CyclicBarrier(2);
        Future<Boolean> commit =
            executor.submit(
                () -> {
                  start.await();
                  return succeeds(pending::commit);
                });
        start.await();
        pending.close();
        if (commit.get()) {
          assertHolds(key, bytes(100_000));
        } else {
          assertNothingVisible(key);
        }
      }
    }
  }

  // Invariant 11: nothing visible is overwritten.

  @Test
  void secondCommitOfAKeyConflictsAndChangesNothing() throws Exception {
    putWith(Map.of("btrfs2s3-note", "first"), bytes(1000));
    var before = store.find(KEY).orElseThrow();

    assertConflict(() -> putWith(Map.of("btrfs2s3-note", "second"), bytes(999)));

    assertHolds(KEY, bytes(1000));
    assertThat(store.find(KEY)).contains(before);
  }

  @TestFactory
  Stream<DynamicTest> laterOfTwoPendingObjectsConflicts() {
    return eachSize(
        (key, size) -> {
          try (var first = store.create(newObject(key));
              var second = store.create(newObject(key))) {
            writeAll(first, bytes(size + 1));
            writeAll(second, bytes(size));
            second.commit();
            var before = store.find(key).orElseThrow();
            assertConflict(first::commit);
            assertThat(store.find(key)).contains(before);
          }
          assertHolds(key, bytes(size));
        });
  }

  @TestFactory
  Stream<DynamicTest> replacementIsThereFromItsCommitOn() {
    return eachSize(
        (key, size) -> {
          var old = bytes(size + 2);
          put(store, key, old);
          try (var dropped = store.create(replacement(key))) {
            writeAll(dropped, bytes(size));
          }
          assertHolds(key, old);
          try (var replacing = store.create(replacement(key))) {
            writeAll(replacing, bytes(size));
            assertHolds(key, old);
            assertThat(replacing.commit().size()).isEqualTo(size);
          }
          assertHolds(key, bytes(size));
          if (keepsMetadata()) {
            assertThat(store.find(key).orElseThrow().metadata())
                .containsEntry("btrfs2s3-note", "new")
                .doesNotContainKey("btrfs2s3-tool-version");
          }
        });
  }

  @Test
  void replacementNeedsNoPredecessor() throws Exception {
    try (var replacing = store.create(replacement(KEY))) {
      writeAll(replacing, bytes(7));
      replacing.commit();
    }
    assertHolds(KEY, bytes(7));
  }

  @Test
  void exactlyOneOfRacingCommitsWins() throws Exception {
    assumeTrue(commitsAreConditional(), "the remote does not enforce conditional commits");
    int racers = 4;
    for (int round = 0; round < 5; round++) {
      var key = new ObjectKey("race." + round);
      int base = 1000 * (round + 1);
      var outcomes = race(racers, racer -> put(store, key, bytes(base + racer)));
      var winners = outcomes.stream().filter(outcome -> outcome.failure() == null).toList();
      assertThat(winners).hasSize(1);
      assertThat(outcomes)
          .filteredOn(outcome -> outcome.failure() != null)
          .allSatisfy(outcome -> assertConflict(outcome.failure()));
      assertHolds(key, bytes(base + winners.getFirst().racer()));
    }
  }

  @Test
  void keyIsFreeAgainAfterAbortAndAfterDelete() throws Exception {
    try (var aborted = store.create(newObject(KEY))) {
      writeAll(aborted, bytes(7));
    }
    put(store, KEY, bytes(8));
    store.delete(List.of(KEY));
    put(store, KEY, bytes(9));
    assertHolds(KEY, bytes(9));
  }

  @Test
  void concurrentUploadsDoNotMix() throws Exception {
    var outcomes =
        race(6, racer -> put(store, new ObjectKey("upload." + racer), bytes(300_000 + racer)));
    assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.failure()).isNull());
    for (int i = 0; i < 6; i++) {
      assertHolds(new ObjectKey("upload." + i), bytes(300_000 + i));
    }
  }

  // Metadata.

  @Test
  void keepsMetadataAndAddsItsUploadId() throws Exception {
    assumeTrue(keepsMetadata(), "the remote keeps no user metadata");
    var metadata =
        Map.of(
            "btrfs2s3-uuid", "6e9b4f6c-0000-4000-8000-0123456789ab",
            "btrfs2s3-ctime", "2026-01-31T23:59:59+01:00",
            "btrfs2s3-encoding", "zstd,openpgp",
            "btrfs2s3-odd", "a=b; c: \"d\" 100% %41 +e+ #f\\n",
            "btrfs2s3-long", "v".repeat(800));
    putWith(metadata, bytes(10));
    var found = store.find(KEY).orElseThrow().metadata();
    assertThat(found).containsAllEntriesOf(metadata);
    assertThat(found.get("btrfs2s3-upload-id")).isNotBlank();
    assertThat(found).hasSize(metadata.size() + 1);
  }

  @Test
  void uploadIdsDiffer() throws Exception {
    assumeTrue(keepsMetadata(), "the remote keeps no user metadata");
    put(store, KEY, bytes(1));
    put(store, OTHER, bytes(1));
    assertThat(uploadId(KEY)).isNotEqualTo(uploadId(OTHER));
  }

  @Test
  void deletedMetadataDoesNotComeBack() throws Exception {
    putWith(Map.of("btrfs2s3-note", "old"), bytes(1));
    store.delete(List.of(KEY));
    putWith(Map.of(), bytes(2));
    assertThat(store.find(KEY).orElseThrow().metadata()).doesNotContainKey("btrfs2s3-note");
  }

  // Cold storage.

  @Test
  void whatWasJustCommittedIsNotFrozen() throws Exception {
    put(store, KEY, bytes(10));
    var cold = store.coldStorage();
    if (cold.isPresent()) {
      assertThat(cold.get().state(KEY)).isEqualTo(new ObjectState.Available(null));
      assertThat(cold.get().mayBeFrozen(store.list().objects().getFirst().storageClass()))
          .isFalse();
    }
  }

  @Test
  void objectThatIsNotThereHasNoState() throws Exception {
    var cold = store.coldStorage();
    if (cold.isPresent()) {
      assertThatExceptionOfType(RemoteException.class)
          .isThrownBy(() -> cold.get().state(KEY))
          .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.NOT_FOUND));
    }
  }

  // Reading.

  @TestFactory
  Stream<DynamicTest> readsFromAnyOffset() {
    return eachSize(
        (key, size) -> {
          put(store, key, bytes(size));
          for (int offset : new int[] {0, Math.min(1, size), size / 2, size}) {
            assertThat(content(store, key, offset))
                .isEqualTo(Arrays.copyOfRange(bytes(size), offset, size));
          }
        });
  }

  @Test
  void readsByteByByteAndInPieces() throws Exception {
    put(store, KEY, bytes(1000));
    var expected = bytes(1000);
    try (var in = store.open(KEY, 0)) {
      assertThat(in.read()).isEqualTo(Byte.toUnsignedInt(expected[0]));
      var buffer = new byte[2000];
      assertThat(in.read(buffer, 0, 0)).isZero();
      assertThat(in.readNBytes(buffer, 5, 1500)).isEqualTo(999);
      assertThat(Arrays.copyOfRange(buffer, 5, 1004))
          .isEqualTo(Arrays.copyOfRange(expected, 1, 1000));
      assertThat(in.read()).isEqualTo(-1);
      assertThat(in.read(buffer, 0, 10)).isEqualTo(-1);
    }
  }

  @Test
  void readerMayStopEarly() throws Exception {
    int size = 1024 * 1024;
    put(store, KEY, bytes(size));
    for (int i = 0; i < 20; i++) {
      try (var in = store.open(KEY, i)) {
        assertThat(in.read()).isEqualTo(Byte.toUnsignedInt(bytes(size)[i]));
      }
    }
    assertHolds(KEY, bytes(size));
  }

  @Test
  void missingObjectIsNotFound() throws Exception {
    put(store, OTHER, bytes(1));
    assertThat(store.find(KEY)).isEmpty();
    assertThat(store.find(new ObjectKey("data"))).isEmpty();
    assertThatExceptionOfType(RemoteException.class)
        .isThrownBy(() -> content(store, KEY, 0))
        .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.NOT_FOUND))
        .withMessageContaining(KEY.value());
  }

  // Listing.

  @Test
  void listsAwkwardKeysExactly() throws Exception {
    for (var key : awkwardKeys()) {
      put(store, new ObjectKey(key), key.getBytes(UTF_8));
    }
    assertThat(keys(store))
        .containsExactlyElementsOf(awkwardKeys().stream().map(ObjectKey::new).sorted().toList());
    for (var key : awkwardKeys()) {
      assertHolds(new ObjectKey(key), key.getBytes(UTF_8));
      assertConflict(() -> put(store, new ObjectKey(key), bytes(1)));
    }
    var deleted = store.delete(keys(store));
    assertThat(deleted.failed()).isEmpty();
    assertThat(keys(store)).isEmpty();
  }

  @Test
  void listsManyObjectsInOrderOfKeys() throws Exception {
    var expected =
        IntStream.range(0, manyObjects())
            .mapToObj(i -> new ObjectKey("many." + i))
            .sorted()
            .toList();
    var outcomes =
        race(
            4, racer -> putEvery(expected, racer, 4)); // Together, because each costs a round trip.
    assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.failure()).isNull());
    assertThat(keys(store)).containsExactlyElementsOf(expected);

    var report = store.delete(expected);
    assertThat(report.failed()).isEmpty();
    assertThat(report.deleted()).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(keys(store)).isEmpty();
  }

  @Test
  void listingAndFindingAgree() throws Exception {
    var committed = put(store, KEY, bytes(1234));
    var listed = store.list().objects().getFirst();
    var found = store.find(KEY).orElseThrow().object();
    assertThat(listed.size()).isEqualTo(1234);
    assertThat(found.key()).isEqualTo(listed.key());
    assertThat(found.size()).isEqualTo(listed.size());
    assertThat(committed.size()).isEqualTo(listed.size());
  }

  // Deleting.

  @Test
  void deletesWhatWasNamedAndNothingElse() throws Exception {
    var third = new ObjectKey("data.three");
    for (var key : List.of(KEY, OTHER, third)) {
      put(store, key, bytes(10));
    }
    var report = store.delete(List.of(KEY, third));
    assertThat(report.deleted()).containsExactlyInAnyOrder(KEY, third);
    assertThat(report.failed()).isEmpty();
    assertThat(keys(store)).containsExactly(OTHER);
    assertNothingVisible(KEY);
    assertHolds(OTHER, bytes(10));
  }

  @Test
  void deletingAMissingObjectCountsAsDeleted() throws Exception {
    put(store, OTHER, bytes(10));
    var report = store.delete(List.of(KEY, OTHER));
    assertThat(report.deleted()).containsExactlyInAnyOrder(KEY, OTHER);
    assertThat(report.failed()).isEmpty();
    assertThat(keys(store)).isEmpty();
  }

  @Test
  void deletingNothingIsNoRequestForEverything() throws Exception {
    put(store, KEY, bytes(10));
    var report = store.delete(List.of());
    assertThat(report.deleted()).isEmpty();
    assertThat(report.failed()).isEmpty();
    assertHolds(KEY, bytes(10));
  }

  // Unfinished uploads. Invariant 10: nothing else is touched.

  @Test
  void knowsNoUnfinishedUploadAtFirstNorAfterCommitAndClose() throws Exception {
    assertThat(store.unfinishedUploads()).isEmpty();
    var largest = bytes(interestingSizes().stream().mapToInt(i -> i).max().orElseThrow());
    put(store, KEY, largest);
    try (var dropped = store.create(newObject(OTHER))) {
      writeAll(dropped, largest);
    }
    assertThat(store.unfinishedUploads()).isEmpty();
  }

  @Test
  void listsAndDropsWhatKilledRunsLeft() throws Exception {
    put(store, KEY, bytes(10));
    try (var _ = leaveUnfinished(store, OTHER)) {
      var left = store.unfinishedUploads();
      assertThat(left).singleElement().extracting(UnfinishedUpload::key).isEqualTo(OTHER);
      store.abort(left.getFirst());
      assertThat(store.unfinishedUploads()).isEmpty();
      store.abort(left.getFirst());
    }
    assertThat(store.unfinishedUploads()).isEmpty();
    assertNothingVisible(OTHER);
    assertHolds(KEY, bytes(10));
    put(store, OTHER, bytes(7));
    assertHolds(OTHER, bytes(7));
  }

  @Test
  void dropsOneUnfinishedUploadOfAKeyAndNotTheOther() throws Exception {
    try (var _ = leaveUnfinished(store, KEY);
        var _ = leaveUnfinished(store, KEY)) {
      var left = store.unfinishedUploads();
      assertThat(left).hasSize(2).extracting(UnfinishedUpload::key).containsExactly(KEY, KEY);
      store.abort(left.getFirst());
      assertThat(store.unfinishedUploads()).containsExactly(left.getLast());
    }
  }

  @Test
  void droppingAnUnfinishedUploadLeavesTheObjectOfItsKey() throws Exception {
    try (var _ = leaveUnfinished(store, KEY)) {
      put(store, KEY, bytes(10));
      for (var left : store.unfinishedUploads()) {
        store.abort(left);
      }
      assertHolds(KEY, bytes(10));
    }
  }

  @Test
  void listsUnfinishedUploadsUnderAwkwardKeysExactly() throws Exception {
    var left = new ArrayList<Leftover>();
    try {
      for (var key : awkwardKeys()) {
        left.add(leaveUnfinished(store, new ObjectKey(key)));
      }
      assertThat(store.unfinishedUploads())
          .extracting(upload -> upload.key().value())
          .containsExactlyInAnyOrderElementsOf(awkwardKeys());
      for (var upload : store.unfinishedUploads()) {
        store.abort(upload);
      }
      assertThat(store.unfinishedUploads()).isEmpty();
    } finally {
      for (var upload : left) {
        upload.close();
      }
    }
  }

  // Interruption.

  @Test
  void interruptedUploadLeavesNothing() throws Exception {
    try (var pending = store.create(newObject(KEY))) {
      writeAll(pending, bytes(100_000));
      assertInterrupted(
          () -> {
            writeAll(pending, bytes(100_000));
            return pending.commit();
          });
    }
    assertNothingVisible(KEY);
    put(store, KEY, bytes(5));
    assertHolds(KEY, bytes(5));
  }

  @Test
  void interruptedRequestsThrow() throws Exception {
    put(store, KEY, bytes(10));
    assertInterrupted(() -> store.list());
    assertInterrupted(() -> store.find(KEY));
    assertInterrupted(() -> store.delete(List.of(OTHER)));
    assertInterrupted(() -> store.unfinishedUploads());
    assertHolds(KEY, bytes(10));
  }

  // How the tests speak.

  private interface SizeTest {
    void run(ObjectKey key, int size) throws Exception;
  }

  private interface Racer {
    void run(int number) throws Exception;
  }

  private record Outcome(int racer, @Nullable Exception failure) {}

  private Stream<DynamicTest> eachSize(SizeTest test) {
    return interestingSizes().stream()
        .map(size -> dynamicTest(size + " bytes", () -> test.run(keyForSize(size), size)));
  }

  private static ObjectKey keyForSize(int size) {
    return new ObjectKey("size." + size);
  }

  private static NewObject newObject(ObjectKey key) {
    return new NewObject(key, Map.of("btrfs2s3-tool-version", "test"), 100_000);
  }

  private static NewObject replacement(ObjectKey key) {
    return new NewObject(
        key, Map.of("btrfs2s3-note", "new"), 100_000, NewObject.Predecessor.REPLACED);
  }

  /** Bytes that nothing compresses, the same ones for the same size. */
  protected static byte[] bytes(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  /** Writes in uneven pieces and spoils its buffer after each: the store must have copied it. */
  protected static void writeAll(PendingObject pending, byte[] bytes)
      throws IOException, InterruptedException {
    var buffer = new byte[70_001];
    for (int done = 0; done < bytes.length; ) {
      int length = Math.min(done % 3 == 0 ? 70_000 : 1 + done % 50_000, bytes.length - done);
      System.arraycopy(bytes, done, buffer, 1, length);
      pending.write(buffer, 1, length);
      Arrays.fill(buffer, (byte) 0x55);
      done += length;
    }
  }

  private static Void writeForEver(PendingObject pending, CountDownLatch writing)
      throws IOException, InterruptedException {
    while (true) {
      pending.write(new byte[4096], 0, 4096);
      writing.countDown();
    }
  }

  protected static StoredObject put(BackupStore store, ObjectKey key, byte[] bytes)
      throws IOException, InterruptedException {
    try (var pending = store.create(newObject(key))) {
      writeAll(pending, bytes);
      return pending.commit();
    }
  }

  private StoredObject putWith(Map<String, String> metadata, byte[] bytes)
      throws IOException, InterruptedException {
    try (var pending = store.create(new NewObject(KEY, metadata, bytes.length))) {
      writeAll(pending, bytes);
      return pending.commit();
    }
  }

  private void putEvery(List<ObjectKey> keys, int first, int step) throws Exception {
    for (int i = first; i < keys.size(); i += step) {
      put(store, keys.get(i), bytes(1));
    }
  }

  protected static byte[] content(BackupStore store, ObjectKey key, long offset)
      throws IOException, InterruptedException {
    try (var in = store.open(key, offset)) {
      return in.readAllBytes();
    }
  }

  protected static List<ObjectKey> keys(BackupStore store)
      throws RemoteException, InterruptedException {
    return store.list().objects().stream().map(StoredObject::key).toList();
  }

  private @Nullable String uploadId(ObjectKey key) throws Exception {
    return store.find(key).orElseThrow().metadata().get("btrfs2s3-upload-id");
  }

  private void assertHolds(ObjectKey key, byte[] bytes) throws Exception {
    assertThat(content(store, key, 0)).isEqualTo(bytes);
    assertThat(store.find(key).orElseThrow().object().size()).isEqualTo(bytes.length);
    assertThat(store.list().objects())
        .filteredOn(object -> object.key().equals(key))
        .singleElement()
        .satisfies(object -> assertThat(object.size()).isEqualTo(bytes.length));
  }

  private void assertNothingVisible(ObjectKey key) throws Exception {
    assertThat(keys(store)).doesNotContain(key);
    assertThat(store.find(key)).isEmpty();
    assertThatExceptionOfType(RemoteException.class).isThrownBy(() -> content(store, key, 0));
  }

  private static void assertConflict(Callable<?> commit) {
    assertThatThrownBy(commit::call).satisfies(BackupStoreContract::assertConflict);
  }

  private static void assertConflict(@Nullable Throwable failure) {
    assertThat(failure).isInstanceOf(RemoteException.class);
    assertThat(((RemoteException) failure).kind()).isEqualTo(Kind.CONFLICT);
  }

  /** The call throws in a thread that is interrupted; the thread is not afterwards. */
  private static void assertInterrupted(Callable<?> call) {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(call::call).isInstanceOf(InterruptedException.class);
    } finally {
      Thread.interrupted();
    }
  }

  private static boolean succeeds(Callable<?> call) {
    try {
      call.call();
      return true;
    } catch (Exception expectedOfALoser) {
      return false;
    }
  }

  private static List<Outcome> race(int racers, Racer racer) throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(racers)) {
      var start = new CyclicBarrier(racers);
      var running = new ArrayList<Future<Outcome>>();
      for (int i = 0; i < racers; i++) {
        int number = i;
        running.add(executor.submit(() -> run(racer, number, start)));
      }
      var outcomes = new ArrayList<Outcome>();
      for (var future : running) {
        outcomes.add(future.get());
      }
      return outcomes;
    }
  }

  private static Outcome run(Racer racer, int number, CyclicBarrier start) throws Exception {
    start.await();
    try {
      racer.run(number);
      return new Outcome(number, null);
    } catch (RemoteException failure) {
      return new Outcome(number, failure);
    }
  }
}
