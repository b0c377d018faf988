package org.btrfs2s3.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.btrfs2s3.core.store.FaultyStore.allOf;
import static org.btrfs2s3.core.store.FaultyStore.number;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.SegmentedObjects;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.Archive;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.FaultyStore.Operation;
import org.btrfs2s3.core.store.MemoryColdStorage.Asked;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.btrfs2s3.core.store.RetrievalTier;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is frozen is told, thawed all at once, and waited for. */
final class ThawTest {

  private static final Instant NOON = Instant.parse("2026-02-11T12:00:00Z");
  private static final Instant NEXT_WEEK = NOON.plus(Duration.ofDays(7));
  private static final Attempt ATTEMPT = Attempt.of(1);
  private static final ThawRequest STANDARD = new ThawRequest(RetrievalTier.STANDARD, 7, true);
  private static final ThawRequest NO_WAIT = new ThawRequest(RetrievalTier.STANDARD, 7, false);

  private final MemoryStore memory = new MemoryStore();
  private final FaultyStore store = new FaultyStore(memory);
  private final List<ThawEvent> events = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();

  /** What happens during the pauses, one after the other; then the test fails. */
  private final List<Runnable> meanwhile = new ArrayList<>();

  private final Thaw thaw = new Thaw(store, events::add, this::pause);

  private void pause(Duration pause) {
    pauses.add(pause);
    assertThat(meanwhile).as("still waiting").isNotEmpty();
    meanwhile.removeFirst().run();
  }

  private static BackupIdentity identity(int number) {
    return new BackupIdentity(
        new UUID(1, number),
        new UUID(3, 4),
        number == 1 ? null : new UUID(1, number - 1),
        Ctransid.ofKernel(number),
        NOON.plusSeconds(number));
  }

  private ObjectKey put(int number, @Nullable Archive archive) {
    var key = BackupKey.encode("data", identity(number), ZoneOffset.UTC, List.of());
    return put(new ObjectKey(key), archive);
  }

  private ObjectKey put(ObjectKey key, @Nullable Archive archive) {
    memory.setStorageClass(archive == null ? "STANDARD" : archive.name());
    memory.put(key, new byte[10], Map.of());
    if (archive != null) {
      memory.cold().freeze(key, archive);
    }
    return key;
  }

  private List<StoredBackup> backups() throws Exception {
    return Catalog.of(memory.list().objects()).backups();
  }

  private List<ObjectKey> asked() {
    return memory.cold().asked().stream().map(Asked::key).toList();
  }

  private long requests(Operation operation) {
    return store.requests().stream().filter(allOf(operation)).count();
  }

  @Test
  void nothingIsAskedWhereNothingIsCold() throws Exception {
    put(1, null);
    put(2, null);

    thaw.requireReadable(backups());
    thaw.thaw(backups(), STANDARD);

    assertThat(store.requests()).isEmpty();
    assertThat(events).isEmpty();
  }

  @Test
  void onlyWhatIsColdIsLookedAt() throws Exception {
    var cold = put(1, Archive.DEEP_ARCHIVE);
    put(2, null);

    assertThat(thaw.look(backups()).frozen()).extracting(ColdObject::key).containsExactly(cold);
    assertThat(requests(Operation.STATE)).isEqualTo(1);
  }

  @Test
  void withoutThawItIsToldWhatIsFrozenAndWhatCanBeDone() throws Exception {
    put(1, Archive.DEEP_ARCHIVE);
    put(2, Archive.ARCHIVE_ACCESS);
    put(3, null);

    assertThatExceptionOfType(RestoreException.class)
        .isThrownBy(() -> thaw.requireReadable(backups()))
        .isNotInstanceOf(NotYetException.class)
        .withMessageContaining("2 of the 3 objects to fetch (20 B) are frozen")
        .withMessageContaining("--thaw")
        .withMessageContaining("DEEP_ARCHIVE (1): standard 12 h, bulk 48 h")
        .withMessageContaining(
            "ARCHIVE_ACCESS (1): expedited 1 to 5 min, standard 3 to 5 h, bulk 5 to 12 h");
    assertThat(asked()).isEmpty();
  }

  @Test
  void whatIsOnItsWayAlreadyIsNoErrorButNotYet() throws Exception {
    put(1, Archive.DEEP_ARCHIVE);
    assertThatExceptionOfType(NotYetException.class)
        .isThrownBy(() -> thaw.thaw(backups(), NO_WAIT));

    assertThatExceptionOfType(NotYetException.class)
        .isThrownBy(() -> thaw.requireReadable(backups()))
        .withMessageContaining("1 of the 1 objects to fetch (10 B) is being thawed");

    memory.cold().finishThaws(NEXT_WEEK);
    thaw.requireReadable(backups());
  }

  @Test
  void theWholeChainIsAskedForBeforeAnythingIsWaitedFor() throws Exception {
    var chain = List.of(put(1, Archive.DEEP_ARCHIVE), put(2, Archive.DEEP_ARCHIVE));
    meanwhile.add(() -> memory.cold().finishThaw(chain.getFirst(), NEXT_WEEK));
    meanwhile.add(() -> {});
    meanwhile.add(() -> memory.cold().finishThaws(NEXT_WEEK.plusSeconds(1)));

    thaw.thaw(backups(), STANDARD);

    assertThat(memory.cold().asked())
        .containsExactlyInAnyOrder(
            new Asked(chain.getFirst(), RetrievalTier.STANDARD, 7),
            new Asked(chain.getLast(), RetrievalTier.STANDARD, 7));
    var pause = Duration.ofMinutes(5);
    assertThat(events)
        .containsExactly(
            new ThawEvent.Asked(2, 20, RetrievalTier.STANDARD),
            new ThawEvent.Waiting(0, 2, pause),
            new ThawEvent.Waiting(1, 2, pause),
            new ThawEvent.Waiting(1, 2, pause),
            new ThawEvent.Ready(2, NEXT_WEEK));
    assertThat(pauses).containsExactly(pause, pause, pause);
    thaw.requireReadable(backups());
  }

  @Test
  void runningAgainAsksForNothingAnew() throws Exception {
    var chain = List.of(put(1, Archive.DEEP_ARCHIVE), put(2, Archive.DEEP_ARCHIVE));
    for (int run = 0; run < 3; run++) {
      assertThatExceptionOfType(NotYetException.class)
          .isThrownBy(() -> thaw.thaw(backups(), NO_WAIT))
          .withMessageContaining("2 of the 2 objects to fetch (20 B) are being thawed");
      assertThat(asked()).containsExactlyInAnyOrderElementsOf(chain);
    }
    memory.cold().finishThaws(NEXT_WEEK);
    thaw.thaw(backups(), NO_WAIT);

    assertThat(asked()).hasSize(2);
    assertThat(pauses).isEmpty();
  }

  @Test
  void whatFreezesAgainWhileTheRestIsWaitedForIsThawedAgain() throws Exception {
    var first = put(1, Archive.DEEP_ARCHIVE);
    put(2, Archive.DEEP_ARCHIVE);
    meanwhile.add(() -> memory.cold().finishThaw(first, NOON));
    meanwhile.add(
        () -> {
          memory.cold().finishThaws(NEXT_WEEK);
          memory.cold().freeze(first, Archive.DEEP_ARCHIVE);
        });
    meanwhile.add(() -> memory.cold().finishThaws(NEXT_WEEK));

    thaw.thaw(backups(), STANDARD);

    assertThat(asked()).hasSize(3).endsWith(first);
  }

  @Test
  void tierThatOneObjectCannotHaveIsRefusedBeforeAnyIsAskedFor() throws Exception {
    put(1, Archive.ARCHIVE_ACCESS);
    put(2, Archive.DEEP_ARCHIVE);

    assertThatExceptionOfType(RestoreException.class)
        .isThrownBy(() -> thaw.thaw(backups(), new ThawRequest(RetrievalTier.EXPEDITED, 7, true)))
        .withMessageContaining("--tier expedited")
        .withMessageContaining("1 object(s) lie in DEEP_ARCHIVE")
        .withMessageContaining("standard 12 h, bulk 48 h");
    assertThat(requests(Operation.THAW)).isZero();
  }

  @Test
  void segmentsAndTheirCommitObjectAreThawedWhereverTheyLie() throws Exception {
    var objects = new SegmentedObjects(identity(1), ATTEMPT, NOON);
    put(objects.segment(0).key(), null);
    var frozen = put(objects.segment(1).key(), Archive.DEEP_ARCHIVE);
    put(objects.segment(2).key(), null);
    var commit = put(objects.commit(3).key(), null);
    var signature = put(objects.signature(3).key(), null);
    assertThat(backups().getFirst().storageClass()).isEqualTo(StoredBackup.SEVERAL_CLASSES);

    assertThat(thaw.look(backups()).frozen()).extracting(ColdObject::key).containsExactly(frozen);
    assertThat(requests(Operation.STATE)).isEqualTo(5);

    put(frozen, null);
    memory.cold().freeze(commit, Archive.DEEP_ARCHIVE);
    memory.cold().freeze(signature, Archive.DEEP_ARCHIVE);
    thawWithoutWaiting();
    assertThat(asked()).containsExactly(commit, signature);
  }

  private void thawWithoutWaiting() throws Exception {
    assertThatExceptionOfType(NotYetException.class)
        .isThrownBy(() -> thaw.thaw(backups(), NO_WAIT));
  }

  @Test
  void deniedThawFailsAndTheNextRunGoesOn() throws Exception {
    put(1, Archive.DEEP_ARCHIVE);
    put(2, Archive.DEEP_ARCHIVE);
    // Two looks, then the first is asked for, and the second denied.
    store.fail(number(4), Kind.DENIED);

    assertThatExceptionOfType(RemoteException.class)
        .isThrownBy(() -> thaw.thaw(backups(), STANDARD))
        .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.DENIED));
    assertThat(asked()).hasSize(1);
    assertThat(events).isEmpty();

    thawWithoutWaiting();
    assertThat(asked()).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void interruptionEndsTheWait() throws Exception {
    put(1, Archive.DEEP_ARCHIVE);
    meanwhile.add(() -> Thread.currentThread().interrupt());

    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> thaw.thaw(backups(), STANDARD));
  }

  @Test
  void pausesFitTheTier() throws Exception {
    for (var tier : RetrievalTier.values()) {
      var key = put(1, Archive.ARCHIVE_ACCESS);
      meanwhile.add(() -> memory.cold().finishThaws(null));
      thaw.thaw(backups(), new ThawRequest(tier, 1, true));
      assertThat(asked()).endsWith(key);
    }
    assertThat(pauses)
        .containsExactly(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(15));
  }

  @Test
  void aFrozenObjectThatIsReadAllTheSameSaysSo() throws Exception {
    var key = put(1, Archive.DEEP_ARCHIVE);

    assertThatExceptionOfType(RemoteException.class)
        .isThrownBy(() -> store.open(key, 0))
        .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.FROZEN));
  }
}
