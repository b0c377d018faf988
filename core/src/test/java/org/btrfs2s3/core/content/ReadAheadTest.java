package org.btrfs2s3.core.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What comes next is fetched while something else is read. (Invariant 6.) */
@Timeout(30)
final class ReadAheadTest {

  private static final String THREAD = "read ahead";
  private static final int MIB = 1 << 20;

  private final MemoryStore memory = new MemoryStore();
  private final FaultyStore store = new FaultyStore(memory);

  private ObjectKey object(String name, int size) {
    var content = new byte[size];
    new Random(size).nextBytes(content);
    var key = new ObjectKey(name);
    memory.put(key, content, Map.of());
    return key;
  }

  private static Stream<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(THREAD));
  }

  @AfterEach
  void noThreadIsLeft() {
    assertThat(threads()).isEmpty();
  }

  private void assertReads(ReadAhead ahead, ObjectKey key)
      throws IOException, InterruptedException {
    try (var in = ahead.open(key)) {
      assertThat(in.readAllBytes()).isEqualTo(memory.content(key));
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  private int opened() {
    return (int)
        store.requests().stream()
            .filter(request -> request.operation() == FaultyStore.Operation.OPEN)
            .count();
  }

  private void awaitOpened(int count) throws InterruptedException {
    while (opened() < count) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  @Test
  void objectsOfAnySizeComeWholeAndInOrder() throws Exception {
    var keys =
        IntStream.of(0, 1, MIB - 1, MIB, MIB + 1, 0, 40 * MIB, 5)
            .mapToObj(size -> object(size + "", size))
            .toList();
    try (var ahead = new ReadAhead(store, keys)) {
      for (var key : keys) {
        assertReads(ahead, key);
      }
    }
    assertThat(opened()).isEqualTo(keys.size());
  }

  @Test
  void theNextObjectIsFetchedBeforeItIsAskedFor() throws Exception {
    var keys = List.of(object("a", 10), object("b", 10), object("c", 10));
    try (var ahead = new ReadAhead(store, keys);
        var _ = ahead.open(keys.getFirst())) {
      awaitOpened(3);
    }
  }

  @Test
  void noMoreThanTheWindowIsFetchedInAdvance() throws Exception {
    var big = object("big", 80 * MIB);
    var read = new AtomicLong();
    var counting = new CountingStore(memory, read);
    try (var ahead = new ReadAhead(counting, List.of(big));
        var _ = ahead.open(big)) {
      while (read.get() < ReadAhead.WINDOW_BYTES) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      TimeUnit.MILLISECONDS.sleep(100);
      assertThat(read.get()).isEqualTo(ReadAhead.WINDOW_BYTES);
    }
  }

  @Test
  void whatIsSkippedIsNotInTheWay() throws Exception {
    var keys = List.of(object("a", 10), object("b", 50 * MIB), object("c", 10));
    try (var ahead = new ReadAhead(store, keys)) {
      assertReads(ahead, keys.getFirst());
      assertReads(ahead, keys.getLast());
    }
  }

  @Test
  void whatIsClosedEarlyIsNotReadOn() throws Exception {
    var keys = List.of(object("a", 50 * MIB), object("b", 10));
    try (var ahead = new ReadAhead(store, keys)) {
      try (var in = ahead.open(keys.getFirst())) {
        in.readNBytes(100);
      }
      assertThat(threads()).isEmpty();
      assertReads(ahead, keys.getLast());
    }
  }

  @Test
  void anObjectThatIsReadTwiceComesTwice() throws Exception {
    var key = object("a", 10);
    try (var ahead = new ReadAhead(store, List.of(key, key))) {
      assertReads(ahead, key);
      assertReads(ahead, key);
    }
  }

  @Test
  void anObjectThatWasNotAnnouncedIsReadAllTheSame() throws Exception {
    var keys = List.of(object("a", 10), object("b", 10));
    try (var ahead = new ReadAhead(store, keys)) {
      assertReads(ahead, keys.getFirst());
      assertReads(ahead, object("other", 10));
      assertReads(ahead, keys.getLast());
    }
    assertThat(opened()).isEqualTo(3);
  }

  @Test
  void aFailureIsToldOfTheObjectThatFailedAndOfNoOther() throws Exception {
    // Invariant 7: it must not look like an end.
    var keys = List.of(object("a", 10), object("b", 3 * MIB), object("c", 10), object("d", 10));
    store.failReads(keys.get(1)::equals, 2 * MIB + 5, Kind.INTEGRITY);
    memory.remove(keys.get(2));
    try (var ahead = new ReadAhead(store, keys)) {
      assertReads(ahead, keys.getFirst());
      try (var in = ahead.open(keys.get(1))) {
        assertThatThrownBy(in::readAllBytes)
            .isInstanceOfSatisfying(
                RemoteException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INTEGRITY));
      }
      try (var in = ahead.open(keys.get(2))) {
        assertThatThrownBy(in::read)
            .isInstanceOfSatisfying(
                RemoteException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
      }
      assertReads(ahead, keys.getLast());
    }
  }

  @Test
  void aReaderThatWaitsCanBeInterrupted() throws Exception {
    var key = object("a", 10);
    try (var ahead = new ReadAhead(new StuckStore(memory), List.of(key));
        var in = ahead.open(key)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(in::read).isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void closingEndsAReadingOfAnotherThread() throws Exception {
    var key = object("a", 10);
    Thread reader;
    try (var ahead = new ReadAhead(new StuckStore(memory), List.of(key));
        var in = ahead.open(key)) {
      reader =
          Thread.ofPlatform()
              .start(() -> assertThatThrownBy(in::read).isInstanceOf(IOException.class));
    }
    reader.join();
  }
}
