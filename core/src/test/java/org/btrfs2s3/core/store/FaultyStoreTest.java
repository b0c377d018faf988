package org.btrfs2s3.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.btrfs2s3.core.store.FaultyStore.fromNumber;
import static org.btrfs2s3.core.store.FaultyStore.number;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.btrfs2s3.core.store.FaultyStore.Operation;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.junit.jupiter.api.Test;

/** Without faults it is the store below it; with them it fails as it is told. */
final class FaultyStoreTest extends BackupStoreContract {

  private static final ObjectKey KEY = new ObjectKey("key");
  private static final ObjectKey OTHER = new ObjectKey("other");

  private final MemoryStore memory = new MemoryStore();
  private final FaultyStore faulty = new FaultyStore(memory);

  @Override
  protected BackupStore openStore() {
    return new FaultyStore(new MemoryStore());
  }

  /** The objects of a memory store outlive its closing; a second store is another door to them. */
  @Override
  protected BackupStore reopen(BackupStore first) {
    return new FaultyStore(first);
  }

  @Test
  void countsAndNamesRequests() throws Exception {
    put(faulty, KEY, bytes(10));
    faulty.list();
    faulty.delete(List.of(KEY, OTHER));
    assertThat(faulty.requests())
        .map(Object::toString)
        .containsExactly("1 CREATE [key]", "2 COMMIT [key]", "3 LIST []", "4 DELETE [key, other]");
  }

  @Test
  void failedRequestHasNoEffect() throws Exception {
    faulty.fail(FaultyStore.allOf(Operation.COMMIT), Kind.DENIED);
    assertFails(Kind.DENIED, () -> put(faulty, KEY, bytes(10)));
    assertThat(memory.keys()).isEmpty();
    assertThat(memory.pendingCount()).isZero();
  }

  @Test
  void lostResponseHasItsEffect() throws Exception {
    faulty.loseResponse(number(2)).loseResponse(number(3));
    assertFails(Kind.TRANSIENT, () -> put(faulty, KEY, bytes(10)));
    assertThat(memory.content(KEY)).isEqualTo(bytes(10));
    assertFails(Kind.TRANSIENT, () -> faulty.delete(List.of(KEY)));
    assertThat(memory.keys()).isEmpty();
  }

  @Test
  void everythingFailsFromARequestOn() throws Exception {
    faulty.fail(fromNumber(2), Kind.TRANSIENT);
    faulty.list();
    assertFails(Kind.TRANSIENT, faulty::list);
    assertFails(Kind.TRANSIENT, () -> faulty.find(KEY));
    assertFails(Kind.TRANSIENT, () -> faulty.open(KEY, 0));
  }

  @Test
  void writeFailsAtAByte() throws Exception {
    faulty.failWrites(KEY::equals, 9, Kind.REFUSED);
    put(faulty, OTHER, bytes(10));
    var pending = faulty.create(new NewObject(KEY, Map.of(), 10));
    pending.write(bytes(9), 0, 9);
    assertFails(
        Kind.REFUSED,
        () -> {
          pending.write(bytes(1), 0, 1);
          return pending;
        });
    pending.close();
    assertThat(memory.keys()).containsExactly(OTHER);
  }

  @Test
  void readFailsAtAByte() throws Exception {
    put(faulty, KEY, bytes(10));
    faulty.failReads(KEY::equals, 4, Kind.TRANSIENT);
    try (var in = faulty.open(KEY, 1)) {
      assertThat(in.readNBytes(3)).hasSize(3);
      assertFails(Kind.TRANSIENT, in::read);
    }
  }

  @Test
  void deletesOfAKeyFailAloneInTheirBatch() throws Exception {
    put(faulty, KEY, bytes(10));
    put(faulty, OTHER, bytes(10));
    faulty.failDeletes(KEY::equals, Kind.DENIED);
    var report = faulty.delete(List.of(KEY, OTHER));
    assertThat(report.deleted()).containsExactly(OTHER);
    assertThat(report.failed()).containsOnlyKeys(KEY);
    assertThat(memory.keys()).containsExactly(KEY);
  }

  private static void assertFails(Kind kind, Callable<?> call) {
    assertThatExceptionOfType(RemoteException.class)
        .isThrownBy(call::call)
        .satisfies(failure -> assertThat(failure.kind()).isEqualTo(kind));
  }
}
