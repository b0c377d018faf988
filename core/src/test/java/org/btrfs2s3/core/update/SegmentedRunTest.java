package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.btrfs2s3.core.store.FaultyStore.Operation.COMMIT;
import static org.btrfs2s3.core.store.FaultyStore.Operation.CREATE;
import static org.btrfs2s3.core.store.FaultyStore.Operation.DELETE;
import static org.btrfs2s3.core.store.FaultyStore.Operation.LIST;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.backup.CommitJson;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.backup.Sha256;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.pipeline.Encoding;
import org.btrfs2s3.core.pipeline.Stage;
import org.btrfs2s3.core.plan.Problem;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segmented backups: what is stored, resumed and deleted, and in which order. */
final class SegmentedRunTest {

  private static final int SEGMENT_BYTES = 40;

  @TempDir private Path directory = Path.of("");

  private World world = new World(Path.of(""));
  private Invariants invariants = new Invariants(world, Path.of(""));

  @BeforeEach
  void makeWorld() throws Exception {
    use(segmented(SEGMENT_BYTES));
  }

  private void use(World newWorld) throws Exception {
    world = newWorld;
    invariants = new Invariants(world, Files.createTempDirectory(directory, "received"));
  }

  /** With one snapshot due. */
  private World segmented(long segmentBytes) throws Exception {
    return new World(Files.createTempDirectory(directory, "world"))
        .segmented(segmentBytes)
        .remote("one")
        .source("data", Map.of("one", "1y 1d"))
        .write("data");
  }

  /** What is uploaded where nothing is segmented. */
  private byte[] wholeStream() throws Exception {
    var whole = segmented(1 << 20);
    whole.run();
    var keys = whole.store("one").keys();
    assertThat(keys).hasSize(1);
    return whole.store("one").content(keys.getFirst());
  }

  private List<ObjectKey> segments(String remote) {
    return world.store(remote).keys().stream()
        .filter(key -> BackupKey.decode(key.value()) instanceof ParsedKey.Segment)
        .toList();
  }

  private static int number(ObjectKey key) {
    return ((ParsedKey.Segment) BackupKey.decode(key.value())).number();
  }

  private ObjectKey segment(int number) {
    return segments("one").stream().filter(key -> number(key) == number).findFirst().orElseThrow();
  }

  /** How often each segment of a remote was committed, by number. */
  private Map<Integer, Integer> timesStored(String remote) {
    Map<Integer, Integer> times = new HashMap<>();
    world.store(remote).commits().stream()
        .filter(key -> BackupKey.decode(key.value()) instanceof ParsedKey.Segment)
        .forEach(key -> times.merge(number(key), 1, Integer::sum));
    return times;
  }

  private static long attempts(List<ObjectKey> keys) {
    return keys.stream()
        .map(key -> key.value().replaceAll(".*(\\.atmp[0-9a-f]{16}).*", "$1"))
        .distinct()
        .count();
  }

  private static Predicate<FaultyStore.Request> creates(String part) {
    return request ->
        request.operation() == CREATE && request.keys().getFirst().value().contains(part);
  }

  private static BackupStore withoutSegment(BackupStore store, int number) {
    return new FaultyStore(store)
        .fail(creates(".seqn%06d.".formatted(number)), RemoteException.Kind.TRANSIENT);
  }

  /** A run after which the segments below a number are stored. */
  private void interruptAt(int number) throws Exception {
    world.reach("one", store -> withoutSegment(store, number));
    assertThat(world.run().failures()).isNotEmpty();
    world.reach("one");
    assertThat(Catalog.of(world.store("one").list().objects()).backups()).isEmpty();
  }

  private <E extends UpdateEvent> List<E> events(Class<E> kind) {
    return world.events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private void requireFinished() throws Exception {
    invariants.requireRestorable();
    invariants.requireNoGarbage();
    invariants.requireNothingToDo();
    assertThat(world.store("one").list().objects()).isNotEmpty();
  }

  @Test
  void theSegmentsTogetherAreTheStreamWhateverTheirSize() throws Exception {
    var stream = wholeStream();
    int length = stream.length;
    for (int size : List.of(1 + length / 9, length / 2, length / 2 + 1, length * 3 / 4)) {
      use(segmented(size));
      assertThat(world.run().failures()).isEmpty();

      var all = new ByteArrayOutputStream();
      for (var key : segments("one")) {
        var content = world.store("one").content(key);
        assertThat(content).hasSizeBetween(1, size);
        all.writeBytes(content);
      }
      assertThat(all.toByteArray()).isEqualTo(stream);
      assertThat(segments("one")).hasSize((length + size - 1) / size);
      requireFinished();
    }
  }

  @Test
  void noEmptySegmentFollowsAStreamThatEndsWithASegment() throws Exception {
    int length = wholeStream().length;
    for (int parts = 2; parts < length; parts++) {
      if (length % parts == 0) {
        use(segmented(length / parts));
        world.run();
        assertThat(segments("one")).hasSize(parts);
        requireFinished();
        return;
      }
    }
    // A prime: then each byte for itself.
    use(segmented(1));
    world.run();
    assertThat(segments("one")).hasSize(length);
    requireFinished();
  }

  @Test
  void whereTheEstimateIsWrongTheBackupIsWhole() throws Exception {
    int length = wholeStream().length;
    for (int size = length - 30; size < length + 3; size++) {
      use(segmented(size));
      world.run();
      // Whether it is segmented depends on the estimate, which need not be exact.
      assertThat(segments("one").size()).isIn(0, (length + size - 1) / size);
      requireFinished();
    }
  }

  @Test
  void theCommitObjectDescribesWhatIsStored() throws Exception {
    world.run();
    var store = world.store("one");
    var commit = store.keys().stream().filter(key -> key.value().endsWith(".commit")).toList();

    var document = CommitJson.read(store.content(commit.getFirst()));

    assertThat(commit).hasSize(1);
    assertThat(document.segments())
        .extracting(CommitDocument.Segment::name)
        .isEqualTo(segments("one").stream().map(ObjectKey::value).toList());
    for (var segment : document.segments()) {
      var content = store.content(new ObjectKey(segment.name()));
      var sum = new Sha256();
      sum.update(content, 0, content.length);
      assertThat(segment.content().sha256()).isEqualTo(sum.soFar());
      assertThat(segment.content().size()).isEqualTo(content.length);
    }
    assertThat(document.rawLength()).isEqualTo(wholeStream().length);
  }

  @Test
  void aResumeThatIsInterruptedBeforeItsFirstSegmentIsWholeLosesNone() throws Exception {
    // Else a machine that is never up for as long as a segment takes would go backwards.
    use(segmented(SEGMENT_BYTES));
    interruptAt(3);
    var stored = segments("one");

    for (int time = 0; time < 3; time++) {
      world.reach(
          "one",
          store ->
              new FaultyStore(store)
                  .fail(request -> request.operation() == COMMIT, RemoteException.Kind.TRANSIENT)
                  .fail(creates(".seqn000002."), RemoteException.Kind.TRANSIENT));
      assertThat(world.run().failures()).isNotEmpty();
      assertThat(segments("one")).isEqualTo(stored);
    }

    world.reach("one");
    assertThat(world.run().failures()).isEmpty();
    assertThat(events(UpdateEvent.UploadResumed.class)).hasSize(1);
    requireFinished();
  }

  @Test
  void whereNothingMayBeDeletedAnInterruptedUploadBeginsAnew() throws Exception {
    use(segmented(SEGMENT_BYTES));
    interruptAt(3);
    world.reach(
        "one", store -> new FaultyStore(store).failDeletes(_ -> true, RemoteException.Kind.DENIED));

    world.run();

    assertThat(events(UpdateEvent.UploadNotResumed.class)).hasSize(1);
    assertThat(Catalog.of(world.store("one").list().objects()).backups()).hasSize(1);
    invariants.requireRestorable();
  }

  @Test
  void aKilledUploadGoesOnWhereItStoppedAndSendsOneSegmentAgainAtMost() throws Exception {
    // Invariant 4; the bytes are counted.
    int length = wholeStream().length;
    var whole = segmented(SEGMENT_BYTES);
    var all = Kill.after(Integer.MAX_VALUE, whole);
    whole.run();
    int resumed = 0;
    for (int effects = 0; effects < all.effects(); effects++) {
      use(segmented(SEGMENT_BYTES));
      Kill.after(effects, world);
      assertThat(catchThrowable(world::run)).isNotNull();
      int stored = segments("one").size();
      long before = world.store("one").bytesWritten();
      Kill.never(world);

      assertThat(world.run().failures()).isEmpty();

      var times = timesStored("one");
      assertThat(Collections.max(times.values())).as("%s", times).isLessThanOrEqualTo(2);
      assertThat(times.values().stream().filter(n -> n == 2).count()).isLessThanOrEqualTo(1);
      assertThat(events(UpdateEvent.UploadResumed.class)).hasSize(stored == 0 ? 0 : 1);
      if (stored > 0) {
        resumed++;
        long skipped = SEGMENT_BYTES * (stored - 1L);
        assertThat(events(UpdateEvent.UploadResumed.class).getFirst().streamBytes())
            .isEqualTo(skipped);
        long commitObject =
            world.store("one").keys().stream()
                .filter(key -> key.value().endsWith(".commit"))
                .mapToLong(key -> world.store("one").content(key).length)
                .sum();
        assertThat(world.store("one").bytesWritten() - before)
            .isEqualTo(length - skipped + commitObject);
        assertThat(attempts(world.store("one").commits())).isEqualTo(1);
      }
      requireFinished();
    }
    assertThat(resumed).isGreaterThanOrEqualTo(length / SEGMENT_BYTES);
  }

  @Test
  void anotherStreamOfTheSameSnapshotBeginsAnewAndTheOldAttemptGoes() throws Exception {
    interruptAt(3);
    world.btrfs.changeStream(world.newest("data").info().uuid());

    assertThat(world.run().failures()).isEmpty();

    assertThat(events(UpdateEvent.UploadNotResumed.class)).hasSize(1);
    assertThat(events(UpdateEvent.UploadResumed.class)).isEmpty();
    assertThat(attempts(world.store("one").commits())).isEqualTo(2);
    requireFinished();
  }

  @Test
  void theOldAttemptStaysUntilTheNewOneIsCommitted() throws Exception {
    interruptAt(3);
    var old = segments("one");
    world.btrfs.changeStream(world.newest("data").info().uuid());

    interruptAt(2);

    assertThat(segments("one")).hasSize(5).containsAll(old);
  }

  @Test
  void ofSeveralAttemptsOneOfTodaysStreamIsResumed() throws Exception {
    // Else one that is longer, and fits no more, would keep an upload of weeks from ever ending.
    interruptAt(4);
    world.btrfs.changeStream(world.newest("data").info().uuid());
    interruptAt(3);

    assertThat(world.run().failures()).isEmpty();

    assertThat(events(UpdateEvent.UploadResumed.class))
        .singleElement()
        .satisfies(resumed -> assertThat(resumed.segments()).isEqualTo(2));
    assertThat(attempts(world.store("one").commits())).isEqualTo(2);
    requireFinished();
  }

  @Test
  void whatIsBackedUpInOneObjectAfterAllRemovesItsSegments() throws Exception {
    interruptAt(3);
    world.btrfs.changeStream(world.newest("data").info().uuid());
    world.segmented(1 << 20).source("data", Map.of("one", "1y 1d"));

    assertThat(world.run().failures()).isEmpty();

    assertThat(world.store("one").keys()).hasSize(1);
    requireFinished();
  }

  private void damage(int number, Consumer<Map<String, String>> change) {
    var key = segment(number);
    var store = world.store("one");
    var metadata = new HashMap<>(store.metadata(key));
    change.accept(metadata);
    store.put(key, store.content(key), metadata);
  }

  private void requireResumedAfter(int segments) throws Exception {
    assertThat(world.run().failures()).isEmpty();
    assertThat(events(UpdateEvent.UploadResumed.class))
        .singleElement()
        .satisfies(resumed -> assertThat(resumed.segments()).isEqualTo(segments));
    requireFinished();
  }

  @Test
  void aSegmentWhoseMetadataAreDamagedIsSentAgainWithAllThatFollow() throws Exception {
    List<Consumer<Map<String, String>>> damages =
        List.of(
            Map::clear,
            metadata -> metadata.remove("btrfs2s3-previous-size"),
            metadata -> metadata.put("btrfs2s3-previous-size", "7"),
            metadata -> metadata.put("btrfs2s3-raw-offset", "81"),
            metadata -> metadata.put("btrfs2s3-segment-size", "41"),
            metadata -> metadata.put("btrfs2s3-attempt", "0123456789abcdef"),
            metadata -> metadata.put("btrfs2s3-ctransid", "1"),
            metadata -> metadata.put("btrfs2s3-encoding", "zstd"));
    for (var change : damages) {
      use(segmented(SEGMENT_BYTES));
      interruptAt(4);
      damage(2, change);
      requireResumedAfter(1);
    }
  }

  @Test
  void absurdSizesInMetadataKeepNothingFromBeingUploaded() throws Exception {
    for (int number = 0; number < 4; number++) {
      use(segmented(SEGMENT_BYTES));
      interruptAt(4);
      damage(number, metadata -> metadata.put("btrfs2s3-segment-size", "" + Long.MAX_VALUE));
      assertThat(world.run().failures()).isEmpty();
      requireFinished();
    }
  }

  @Test
  void aPrefixThatIsNotTheStreamsIsNoReasonToFail() throws Exception {
    interruptAt(4);
    damage(3, metadata -> metadata.put("btrfs2s3-raw-prefix-sha256", "0"));

    assertThat(world.run().failures()).isEmpty();

    assertThat(events(UpdateEvent.UploadNotResumed.class)).hasSize(1);
    requireFinished();
  }

  @Test
  void aSegmentOfAnotherSizeThanItsSuccessorSaysIsSentAgain() throws Exception {
    interruptAt(4);
    var key = segment(1);
    world.store("one").put(key, new byte[7], world.store("one").metadata(key));

    requireResumedAfter(1);
  }

  @Test
  void copiesOfSegmentsStayAndAreNotTakenForThem() throws Exception {
    interruptAt(4);
    var store = world.store("one");
    List<ObjectKey> copies = new ArrayList<>();
    for (int number : List.of(1, 3)) {
      var key = segment(number);
      var copy = new ObjectKey("Archive/" + key);
      store.put(copy, new byte[10], store.metadata(key));
      copies.add(copy);
    }

    requireResumedAfter(3);

    assertThat(store.keys()).containsAll(copies);
  }

  @Test
  void aHoleIsFilled() throws Exception {
    interruptAt(4);
    world.store("one").remove(segment(2));

    requireResumedAfter(1);
  }

  @Test
  void withoutItsFirstSegmentAnAttemptIsGarbage() throws Exception {
    interruptAt(4);
    world.store("one").remove(segment(0));

    assertThat(world.run().failures()).isEmpty();

    assertThat(events(UpdateEvent.UploadResumed.class)).isEmpty();
    requireFinished();
  }

  @Test
  void anotherEncodingBeginsAnew() throws Exception {
    for (var recipients : List.of(List.of("0xA"), List.of("0xA", "0xB"))) {
      use(segmented(SEGMENT_BYTES));
      interruptAt(4);
      world.encode("one", new Described("none", recipients)).source("data", Map.of("one", "1y 1d"));
      requireBegunAnew();
    }
    use(segmented(SEGMENT_BYTES));
    interruptAt(4);
    world
        .encode("one", new Described("something", List.of()))
        .source("data", Map.of("one", "1y 1d"));
    requireBegunAnew();
  }

  @Test
  void otherSendOptionsBeginAnew() throws Exception {
    interruptAt(4);
    world
        .uploading(new UploadOptions((long) SEGMENT_BYTES, null, true))
        .source("data", Map.of("one", "1y 1d"));
    requireBegunAnew();
  }

  private void requireBegunAnew() throws Exception {
    assertThat(world.run().failures()).isEmpty();
    assertThat(events(UpdateEvent.UploadResumed.class)).isEmpty();
    assertThat(attempts(world.store("one").commits())).isEqualTo(2);
    requireFinished();
  }

  @Test
  void anotherSegmentSizeOfTheConfigurationIsForTheNextAttempt() throws Exception {
    interruptAt(4);
    world.segmented(60).source("data", Map.of("one", "1y 1d"));

    requireResumedAfter(3);

    assertThat(segments("one"))
        .filteredOn(key -> number(key) < 4)
        .allSatisfy(key -> assertThat(world.store("one").content(key)).hasSize(SEGMENT_BYTES));
  }

  @Test
  void segmentsThatVanishBeforeTheCommitFailTheUploadAndTheNextRunSendsThemAgain()
      throws Exception {
    // Invariant 1.
    world.reach(
        "one",
        store -> new FaultyStore(store).fail(this::vanishes, RemoteException.Kind.TRANSIENT));
    var report = world.run();
    world.reach("one");

    assertThat(report.failures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.message()).contains("vanished"));
    assertThat(world.store("one").keys()).noneMatch(key -> key.value().endsWith(".commit"));
    requireResumedAfter(0);
  }

  /** When the segments are listed before the commit, one is gone. */
  private boolean vanishes(FaultyStore.Request request) {
    if (request.operation() == LIST && segments("one").size() > 2) {
      world.store("one").remove(segment(1));
    }
    return false;
  }

  @Test
  void oneRemoteResumesWhileAnotherBegins() throws Exception {
    use(
        new World(Files.createTempDirectory(directory, "two"))
            .segmented(SEGMENT_BYTES)
            .remote("one")
            .remote("two")
            .source("data", Map.of("one", "1y 1d", "two", "1y 1d"))
            .write("data"));
    world.takeAway("two");
    interruptAt(3);
    world.reach("two");
    int sends = world.btrfs.sends().size();

    assertThat(world.run().failures()).isEmpty();

    assertThat(events(UpdateEvent.UploadResumed.class))
        .singleElement()
        .satisfies(e -> assertThat(e.upload().remote().value()).isEqualTo("one"));
    assertThat(world.btrfs.sends()).hasSize(sends + 2);
    assertThat(timesStored("two").values()).containsOnly(1);
    assertThat(timesStored("one").entrySet().stream().filter(e -> e.getValue() > 1).toList())
        .containsExactly(Map.entry(2, 2));
    requireFinished();
  }

  /** Two backups, of which the first goes in the next run. */
  private FaultyStore expireTheFirst() throws Exception {
    world.source("data", Map.of("one", "1d"));
    world.run();
    world.later(Duration.ofDays(2)).write("data");
    var watched = new FaultyStore(world.store("one"));
    world.reach("one", _ -> watched);
    return watched;
  }

  @Test
  void aBackupIsDeletedWithItsCommitObjectFirstThenSegmentZeroThenTheRest() throws Exception {
    // Invariant 1: nothing visible is ever without its content.
    var watched = expireTheFirst();
    var old = new ArrayList<>(segments("one"));

    assertThat(world.run().failures()).isEmpty();

    var deletes =
        watched.requests().stream()
            .filter(request -> request.operation() == DELETE)
            .map(FaultyStore.Request::keys)
            .toList();
    assertThat(deletes).hasSize(3);
    assertThat(deletes.get(0)).singleElement().asString().endsWith(".commit");
    assertThat(deletes.get(1)).isEqualTo(old.subList(0, 1));
    assertThat(deletes.get(2)).isEqualTo(old.subList(1, old.size()));
    requireFinished();
  }

  @Test
  void aCommitObjectThatCannotBeDeletedKeepsItsSegments() throws Exception {
    var watched = expireTheFirst();
    watched.failDeletes(key -> key.value().endsWith(".commit"), RemoteException.Kind.DENIED);

    var report = world.run();
    world.reach("one");

    assertThat(report.failures()).hasSize(1);
    assertThat(Catalog.of(world.store("one").list().objects()).backups()).hasSize(2);
    invariants.requireRestorable();
    assertThat(world.run().failures()).isEmpty();
    requireFinished();
  }

  @Test
  void aSegmentThatCannotBeDeletedIsRemovedByALaterRun() throws Exception {
    for (String refused : List.of(".seqn000000.", ".seqn000002.")) {
      use(segmented(SEGMENT_BYTES));
      var watched = expireTheFirst();
      watched.failDeletes(key -> key.value().contains(refused), RemoteException.Kind.DENIED);

      var report = world.run();
      world.reach("one");

      assertThat(report.failures()).hasSize(1);
      assertThat(Catalog.of(world.store("one").list().objects()).damaged()).isEmpty();
      invariants.requireRestorable();
      assertThat(world.run().failures()).isEmpty();
      requireFinished();
    }
  }

  @Test
  void whatMayBeALostBackupIsReportedAndStaysForThirtyDays() throws Exception {
    var watched = expireTheFirst();
    world.store("one").setLastModified(world.now());
    var first = segments("one");
    for (var key : first) {
      world.store("one").put(key, world.store("one").content(key), Map.of());
    }
    watched.failDeletes(key -> key.value().contains(".seqn000000."), RemoteException.Kind.DENIED);
    world.run();
    world.reach("one");

    for (int day : List.of(0, 29)) {
      world.store("one").setServerTime(world.now().plus(Duration.ofDays(day)));
      var kept = world.pretend();
      assertThat(kept.problems()).extracting(Problem::kind).contains(Problem.Kind.LOST_COMMIT);
      assertThat(kept.isEmpty()).isTrue();
    }
    assertThat(segments("one")).containsAll(first);
    world.store("one").setServerTime(null);
    world.later(Duration.ofDays(31));
    assertThat(world.run().failures()).isEmpty();
    assertThat(segments("one")).doesNotContainAnyElementsOf(first);
  }

  @Test
  void aDamagedBackupIsReportedAndReplacedFromItsSnapshot() throws Exception {
    // Invariant 3.
    world.run();
    world.store("one").remove(segment(1));

    var report = world.run();

    assertThat(report.failures())
        .extracting(Failure::kind)
        .containsExactly(Failure.Kind.BROKEN_BACKUP);
    assertThat(world.run().failures()).isEmpty();
    requireFinished();
    assertThat(attempts(world.store("one").commits())).isEqualTo(2);
  }

  @Test
  void anotherRunsSourceKeepsItsAttempt() throws Exception {
    // Invariant 10: only who holds the upload lock collects.
    interruptAt(3);
    world.store("one").remove(segment(0));
    var before = world.store("one").contents();

    try (var _ = DirectoryLock.tryLock(world.path("data")).orElseThrow()) {
      world.run();
    }

    assertThat(world.store("one").contents()).isEqualTo(before);
    assertThat(world.store("one").keys()).hasSize(2);
  }

  private record Described(String description, List<String> recipientIds) implements Encoding {
    @Override
    public List<String> keySuffixes() {
      return List.of();
    }

    @Override
    public List<Stage> stages() {
      return List.of();
    }
  }
}
