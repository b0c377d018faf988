package org.btrfs2s3.core.reseed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.reseed.Ruin.keyOf;
import static org.btrfs2s3.core.reseed.Ruin.truncate;

import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.FaultyStore.Operation;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.api.Test;

/** What happens to the other remote between the last copy and the end of the run (invariant 9). */
final class FinalCheckTest {
  private static final UUID ELSEWHERE = new UUID(6, 6);

  private static ReseedReport runAndDo(Clouds clouds, Consumer<MemoryStore> deed) throws Exception {
    return clouds.beforeTheFinalCheck(() -> deed.accept(clouds.to)).run();
  }

  private static FinalReport check(ReseedReport report) {
    return Objects.requireNonNull(report.check());
  }

  private static void assertFails(ReseedReport report, String... words) {
    assertThat(report.failures())
        .anySatisfy(
            failure -> {
              assertThat(failure.kind()).isEqualTo(Failure.Kind.REMOTE);
              assertThat(failure.message()).contains("remote b:").contains(words);
            });
  }

  @Test
  void everythingIsLookedAtAndOneIsRead() throws Exception {
    var report = Clouds.filled().run();
    var check = check(report);
    assertThat(report.failures()).isEmpty();
    assertThat(Objects.requireNonNull(check.listing()).checked()).hasSize(4);
    assertThat(Objects.requireNonNull(check.content()).checked())
        .containsExactly(Objects.requireNonNull(check.whole()).uuid());
  }

  @Test
  void whatVanishesIsFound() throws Exception {
    for (var number : new int[] {1, 2, 3}) {
      var report = runAndDo(Clouds.filled(), to -> to.remove(keyOf(to, number, "")));
      assertFails(report, Clouds.uuid(number).toString(), "not listed as a whole one", "run again");
    }
    var segment = runAndDo(Clouds.filled(), to -> to.remove(keyOf(to, 4, ".seqn000001")));
    assertFails(segment, "segments are gone", Clouds.uuid(4).toString());
    var commit = runAndDo(Clouds.filled(), to -> to.remove(keyOf(to, 4, ".commit")));
    assertFails(commit, Clouds.uuid(4).toString(), "not listed as a whole one");
  }

  @Test
  void whatIsTruncatedIsFound() throws Exception {
    assertFails(
        runAndDo(Clouds.filled(), to -> truncate(to, keyOf(to, 2, ""))),
        Clouds.uuid(2).toString(),
        "bytes there instead of");
    assertFails(
        runAndDo(Clouds.filled(), to -> truncate(to, keyOf(to, 4, ".seqn000001"))),
        Clouds.uuid(4).toString());
  }

  @Test
  void whatIsOfTheRightSizeIsFoundWhereItIsRead() throws Exception {
    var clouds = new Clouds();
    clouds.full(1);
    var report =
        runAndDo(
            clouds,
            to -> {
              var key = keyOf(to, 1, "");
              var bytes = to.content(key);
              bytes[bytes.length / 2] ^= 1;
              to.put(key, bytes, to.metadata(key));
            });
    assertFails(report, "send stream", "until you delete it");
    assertThat(check(report).whole()).isNull();
    assertThat(report.succeeded()).isTrue();
  }

  @Test
  void metadataOfAnotherBackupAreFound() throws Exception {
    var report =
        runAndDo(
            Clouds.filled(),
            to -> {
              var key = keyOf(to, 3, "");
              to.put(key, to.content(key), to.metadata(keyOf(to, 2, "")));
            });
    assertFails(report, "metadata say that it is another backup");
  }

  @Test
  void whatWasThereBeforeIsLookedAtToo() throws Exception {
    var clouds = Clouds.filled();
    clouds.run();
    var report = runAndDo(clouds, to -> to.remove(keyOf(to, 3, "")));
    assertFails(report, Clouds.uuid(3).toString(), "was there when this run began");
    assertThat(check(report).content()).as("nothing was brought").isNull();
    clouds.beforeTheFinalCheck(() -> {});
    assertThat(clouds.run().failures()).isEmpty();
    assertThat(clouds.run().failures()).isEmpty();
  }

  @Test
  void aForeignBrokenBackupIsToldAndFailsNothing() throws Exception {
    // Invariant 10.
    var clouds = Clouds.filled();
    var elsewhere = new Clouds().source(ELSEWHERE);
    BackupIdentity lost = elsewhere.full(7);
    elsewhere.child(8, lost);
    elsewhere.segmented(9, elsewhere.full(10), 2);
    elsewhere.from.keys().stream()
        .filter(key -> !key.value().contains(".uuid" + lost.uuid()))
        .filter(key -> !key.value().contains(".seqn000001"))
        .forEach(
            key -> clouds.to.put(key, elsewhere.from.content(key), elsewhere.from.metadata(key)));
    var report = clouds.run();
    assertThat(report.failures()).isEmpty();
    assertThat(check(report).whole()).isNotNull();
    assertThat(check(report).notes())
        .hasSize(2)
        .allMatch(note -> note.startsWith("none of this run: "))
        .anyMatch(note -> note.contains(lost.uuid().toString()))
        .anyMatch(note -> note.contains("segments are gone"));
  }

  @Test
  void whatTheRemoteDoesNotShowIsNoSuccess() throws Exception {
    for (var operation : new Operation[] {Operation.FIND, Operation.OPEN}) {
      var clouds = new Clouds();
      clouds.full(1);
      clouds.reachTo(
          to ->
              new FaultyStore(to)
                  .fail(request -> request.operation() == operation, RemoteException.Kind.DENIED));
      var report = clouds.run();
      assertThat(report.failures())
          .hasSize(operation == Operation.FIND ? 2 : 1)
          .extracting(Failure::kind)
          .containsOnly(Failure.Kind.REMOTE_AWAY);
      assertThat(report.failures())
          .extracting(Failure::message)
          .anySatisfy(message -> assertThat(message).contains("could not be looked at"));
      assertThat(check(report).whole()).isNull();
      assertThat(report.succeeded()).isTrue();
    }
  }

  @Test
  void garbageThatCallsItselfPlainIsNotCopied() throws Exception {
    // Invariant 1: no command of the user's is missing that would decode it.
    var clouds = new Clouds();
    clouds.full(1);
    var key = keyOf(clouds.from, 1, "");
    clouds.from.put(key, new byte[100], clouds.from.metadata(key));
    assertThat(clouds.run().failures())
        .singleElement()
        .extracting(Failure::message)
        .asString()
        .contains(key.value(), "was not copied", "verify --remote a --level data");
    assertThat(clouds.to.keys()).isEmpty();
  }

  @Test
  void whatSomebodyElseMakesMeanwhileIsReadBeforeItCounts() throws Exception {
    // Invariants 9, 11: it is as long as the copy would be.
    for (boolean isWhole : new boolean[] {true, false}) {
      var clouds = new Clouds();
      clouds.full(1);
      var key = keyOf(clouds.from, 1, "");
      var content = clouds.from.content(key);
      if (!isWhole) {
        content[content.length / 2] ^= 1;
      }
      clouds.beforeCreating(_ -> clouds.to.put(key, content, clouds.from.metadata(key)));
      var report = clouds.run();
      assertThat(report.copied()).isEmpty();
      if (isWhole) {
        assertThat(report.failures()).isEmpty();
      } else {
        assertThat(report.failures())
            .singleElement()
            .extracting(Failure::message)
            .asString()
            .contains(key.value(), "is damaged", "left as it is");
        assertThat(report.succeeded()).isFalse();
      }
      assertThat(clouds.to.content(key)).isEqualTo(content);
    }
  }

  /** Nobody is told to delete what only a command is missing for, which would decode it. */
  @Test
  void whatSomebodyElseMakesMeanwhileCountsIfItCannotBeDecodedHere() throws Exception {
    var clouds = new Clouds();
    clouds.full(1);
    var key = keyOf(clouds.from, 1, "");
    byte[] content = {0x1f, (byte) 0x8b, 0, 0};
    clouds.from.put(key, content, Map.of());
    clouds.beforeCreating(_ -> clouds.to.put(key, content, Map.of()));

    var report = clouds.run();

    assertThat(report.failures()).isEmpty();
    assertThat(report.copied()).isEmpty();
    assertThat(clouds.events).anyMatch(ReseedEvent.Redundant.class::isInstance);
  }
}
