package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.store.FaultyStore.Operation.CREATE;

import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.BeforeEach;

/** Updates that store backups in segments, which are smaller than any stream. */
abstract class Segmenting extends Updating {

  static final int SEGMENT_BYTES = 40;

  @BeforeEach
  @Override
  void makeWorld() throws Exception {
    use(segmented(SEGMENT_BYTES));
  }

  /** With one snapshot due. */
  World segmented(long segmentBytes) throws Exception {
    return new World(Files.createTempDirectory(directory, "world"))
        .segmented(segmentBytes)
        .remote("one")
        .source("data", Map.of("one", "1y 1d"))
        .write("data");
  }

  /** What is uploaded where nothing is segmented. */
  byte[] wholeStream() throws Exception {
    var whole = segmented(1 << 20);
    whole.run();
    var keys = whole.store("one").keys();
    assertThat(keys).hasSize(1);
    return whole.store("one").content(keys.getFirst());
  }

  List<ObjectKey> segments(String remote) {
    return world.store(remote).keys().stream()
        .filter(key -> BackupKey.decode(key.value()) instanceof ParsedKey.Segment)
        .toList();
  }

  static int number(ObjectKey key) {
    return ((ParsedKey.Segment) BackupKey.decode(key.value())).number();
  }

  ObjectKey segment(int number) {
    return segments("one").stream().filter(key -> number(key) == number).findFirst().orElseThrow();
  }

  /** How often each segment of a remote was committed, by number. */
  Map<Integer, Integer> timesStored(String remote) {
    Map<Integer, Integer> times = new HashMap<>();
    world.store(remote).commits().stream()
        .filter(key -> BackupKey.decode(key.value()) instanceof ParsedKey.Segment)
        .forEach(key -> times.merge(number(key), 1, Integer::sum));
    return times;
  }

  static long attempts(List<ObjectKey> keys) {
    return keys.stream()
        .map(key -> key.value().replaceAll(".*(\\.atmp[0-9a-f]{16}).*", "$1"))
        .distinct()
        .count();
  }

  static Predicate<FaultyStore.Request> creates(String part) {
    return request ->
        request.operation() == CREATE && request.keys().getFirst().value().contains(part);
  }

  static BackupStore withoutSegment(BackupStore store, int number) {
    return new FaultyStore(store)
        .fail(creates(".seqn%06d.".formatted(number)), RemoteException.Kind.TRANSIENT);
  }

  /** A run after which the segments below a number are stored. */
  void interruptAt(int number) throws Exception {
    world.reach("one", store -> withoutSegment(store, number));
    assertThat(world.run().failures()).isNotEmpty();
    world.reach("one");
    assertThat(Catalog.of(world.store("one").list().objects()).backups()).isEmpty();
  }

  <E extends UpdateEvent> List<E> events(Class<E> kind) {
    return world.events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  void requireFinished() throws Exception {
    invariants.requireRestorable();
    invariants.requireNoGarbage();
    invariants.requireNothingToDo();
    assertThat(world.store("one").list().objects()).isNotEmpty();
  }

  void requireResumedAfter(int segments) throws Exception {
    assertThat(world.run().failures()).isEmpty();
    assertThat(events(UpdateEvent.UploadResumed.class))
        .singleElement()
        .satisfies(resumed -> assertThat(resumed.segments()).isEqualTo(segments));
    requireFinished();
  }
}
