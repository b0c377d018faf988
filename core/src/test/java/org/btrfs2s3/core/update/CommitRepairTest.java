package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a commit object is written anew, and when not. */
final class CommitRepairTest {

  @TempDir private Path directory = Path.of("");

  private World world = new World(Path.of(""));
  private UUID backup = new UUID(0, 0);

  @BeforeEach
  void backUp() throws Exception {
    world =
        new World(Files.createTempDirectory(directory, "world"))
            .segmented(40)
            .remote("one")
            .source("data", Map.of("one", "1y"))
            .write("data");
    world.run();
    backup = world.newest("data").info().uuid();
    assertThat(segments()).hasSizeGreaterThan(2);
  }

  private MemoryStore store() {
    return world.store("one");
  }

  private ObjectKey commit() {
    return store().keys().stream()
        .filter(key -> BackupKey.decode(key.value()) instanceof ParsedKey.Commit)
        .findFirst()
        .orElseThrow();
  }

  private List<ObjectKey> segments() {
    return store().keys().stream()
        .filter(key -> BackupKey.decode(key.value()) instanceof ParsedKey.Segment)
        .toList();
  }

  private CommitReport repair() throws Exception {
    return repair(false);
  }

  private CommitReport repair(boolean pretend) throws Exception {
    var machine = new Machine(world.btrfs, world::now, () -> true);
    return new CommitRepair(world.setup(), machine, ContentKeys.none())
        .run(new RemoteId("one"), backup, pretend);
  }

  private void requireRefused(String reason) throws Exception {
    Map<ObjectKey, ByteBuffer> before = store().contents();

    var report = repair();

    assertThat(report.outcome()).isEqualTo(CommitReport.Outcome.FAILED);
    assertThat(report.failures()).isNotEmpty();
    assertThat(report.failures().getFirst().message()).contains(reason);
    assertThat(store().contents()).isEqualTo(before);
  }

  @Test
  void missingOneIsWrittenAsItWas() throws Exception {
    Map<ObjectKey, ByteBuffer> whole = store().contents();
    store().remove(commit());
    Map<ObjectKey, ByteBuffer> broken = store().contents();

    // Invariant 5.
    assertThat(repair(true).outcome()).isEqualTo(CommitReport.Outcome.WRITTEN);
    assertThat(store().contents()).isEqualTo(broken);

    assertThat(repair().outcome()).isEqualTo(CommitReport.Outcome.WRITTEN);
    assertThat(store().contents()).isEqualTo(whole);
    new Invariants(world, Files.createTempDirectory(directory, "received")).requireRestorable();
  }

  @Test
  void damagedOneIsReplaced() throws Exception {
    Map<ObjectKey, ByteBuffer> whole = store().contents();
    var original = store().content(commit());
    for (int at = 0; at < original.length; at++) {
      var damaged = original.clone();
      damaged[at] ^= 1;
      store().put(commit(), damaged, store().metadata(commit()));

      var outcome = repair().outcome();

      // Some bits are white space or the ids of recipients, which nobody can check.
      if (outcome != CommitReport.Outcome.UNNEEDED) {
        assertThat(outcome).isEqualTo(CommitReport.Outcome.REPLACED);
        assertThat(store().contents()).as("byte %d", at).isEqualTo(whole);
      }
      store().put(commit(), original, store().metadata(commit()));
    }
    store().put(commit(), new byte[0], store().metadata(commit()));
    assertThat(repair().outcome()).isEqualTo(CommitReport.Outcome.REPLACED);
    assertThat(store().contents()).isEqualTo(whole);
  }

  @Test
  void wholeOneIsLeftAlone() throws Exception {
    var before = store().commits();
    assertThat(repair().outcome()).isEqualTo(CommitReport.Outcome.UNNEEDED);
    assertThat(store().commits()).isEqualTo(before);
  }

  @Test
  void holesAreRefused() throws Exception {
    store().remove(segments().get(1));
    requireRefused("segments");
    store().remove(commit());
    requireRefused("number 1");
  }

  @Test
  void streamWithoutEndIsRefused() throws Exception {
    store().remove(commit());
    store().remove(segments().getLast());
    requireRefused("send stream");
  }

  @Test
  void everyDamagedByteIsFound() throws Exception {
    store().remove(commit());
    for (var key : segments()) {
      var original = store().content(key);
      var metadata = store().metadata(key);
      for (int at = 0; at < original.length; at++) {
        var damaged = original.clone();
        damaged[at] ^= 1;
        store().put(key, damaged, metadata);
        requireRefused("");
      }
      store().put(key, original, metadata);
    }
  }

  @Test
  void segmentOfAnotherStreamIsRefused() throws Exception {
    store().remove(commit());
    var metadata = store().metadata(segments().get(2));
    store().put(segments().get(1), store().content(segments().get(1)), metadata);
    requireRefused("does not follow");
  }

  @Test
  void ofSeveralAttemptsTheOneThatIsWholeIsTaken() throws Exception {
    Map<ObjectKey, ByteBuffer> whole = store().contents();
    store().remove(commit());
    // More of them, but of no use.
    var originals = segments();
    for (int number = 0; number <= originals.size(); number++) {
      var from = originals.get(Math.min(number, originals.size() - 1));
      var name =
          from.value()
              .replaceAll("\\.atmp[0-9a-f]{16}", ".atmp0123456789abcdef")
              .replaceAll("\\.seqn[0-9]{6}", ".seqn%06d".formatted(number));
      store().put(new ObjectKey(name), store().content(from), store().metadata(from));
    }

    assertThat(repair().outcome()).isEqualTo(CommitReport.Outcome.WRITTEN);
    assertThat(store().contents()).containsAllEntriesOf(whole);
    assertThat(store().keys().stream().filter(key -> key.value().endsWith(".commit"))).hasSize(1);
  }

  @Test
  void sourceThatIsBeingUploadedIsLeftAlone() throws Exception {
    store().remove(commit());
    try (var lock = DirectoryLock.tryLock(world.path("data")).orElseThrow()) {
      assertThat(lock.id()).isNotNull();
      assertThatThrownBy(this::repair).isInstanceOf(LockedException.class);
    }
  }

  @Test
  void whateverFailsTheNextOneWritesIt() throws Exception {
    Map<ObjectKey, ByteBuffer> whole = store().contents();
    store().remove(commit());
    var counting = new FaultyStore(store());
    world.reach("one", _ -> counting);
    repair();
    for (var request : counting.requests()) {
      for (boolean effect : List.of(false, true)) {
        store().remove(new ObjectKey(commitOf(whole)));
        var faulty = new FaultyStore(store());
        var number = FaultyStore.number(request.number());
        world.reach(
            "one",
            _ ->
                effect
                    ? faulty.loseResponse(number)
                    : faulty.fail(number, RemoteException.Kind.TRANSIENT));
        assertThat(repair().failures()).as("%s", request).isNotEmpty();
        world.reach("one");
        repair();
        assertThat(store().contents()).as("%s", request).isEqualTo(whole);
      }
    }
  }

  private static String commitOf(Map<ObjectKey, ByteBuffer> contents) {
    return contents.keySet().stream()
        .map(ObjectKey::value)
        .filter(key -> key.endsWith(".commit"))
        .findFirst()
        .orElseThrow();
  }
}
