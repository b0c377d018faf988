package org.btrfs2s3.core.reseed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.pipeline.Compression;
import org.btrfs2s3.core.pipeline.Encryption;
import org.btrfs2s3.core.pipeline.StandardEncoding;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.FaultyStore.Operation;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.ServerSideCopy;
import org.btrfs2s3.core.store.StoredObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two objects of one backup, of which the one that counts is damaged (invariants 1, 3, 12). */
final class OtherObjectTest {
  private static final StandardEncoding ZSTD =
      new StandardEncoding(new Compression.Zstd(3), new Encryption.None());

  private final Clouds clouds = new Clouds().encodedAs(ZSTD);
  private final BackupIdentity root = clouds.full(1);
  private final BackupIdentity child = clouds.child(2, root);

  private ObjectKey keyOf(BackupIdentity backup) {
    return clouds.from.keys().stream()
        .filter(key -> key.value().contains(".uuid" + backup.uuid()))
        .min(ObjectKey.SHORTEST_FIRST)
        .orElseThrow();
  }

  private ObjectKey copy(BackupIdentity backup) {
    var key = keyOf(backup);
    var copy = new ObjectKey(key + ".copy");
    clouds.from.put(copy, clouds.from.content(key), clouds.from.metadata(key));
    return copy;
  }

  private void damage(ObjectKey key) {
    Ruin.damage(clouds.from, key);
  }

  private void truncate(ObjectKey key) {
    var bytes = clouds.from.content(key);
    clouds.from.put(key, Arrays.copyOf(bytes, bytes.length / 2), clouds.from.metadata(key));
  }

  private List<ReseedEvent.OtherTried> tried() {
    return clouds.events.stream()
        .filter(ReseedEvent.OtherTried.class::isInstance)
        .map(ReseedEvent.OtherTried.class::cast)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theWholeOneIsCopied(boolean reencode) throws Exception {
    for (boolean truncated : new boolean[] {false, true}) {
      clouds.to.keys().forEach(clouds.to::remove);
      var key = keyOf(root);
      var copy = copy(root);
      if (truncated) {
        truncate(key);
      } else {
        damage(key);
      }

      var report = clouds.run(new ReseedScope.All(), reencode);

      assertThat(report.failures()).isEmpty();
      assertThat(report.copied().values()).containsOnly(Assurance.STREAM).hasSize(2);
      assertThat(tried())
          .singleElement()
          .satisfies(
              other -> {
                assertThat(other.failure().message()).contains(key.value());
                assertThat(other.item().from().key()).isEqualTo(copy);
              });
      clouds.requireComplete();
      assertThat(clouds.run(new ReseedScope.All(), reencode).copied()).isEmpty();
      clouds.from.put(key, clouds.from.content(copy), clouds.from.metadata(copy));
    }
  }

  @Test
  void twoDamagedOnesAreNotCopied() throws Exception {
    damage(copy(root));
    damage(keyOf(root));
    var report = clouds.run();
    assertThat(report.failures())
        .singleElement()
        .extracting(Failure::kind)
        .isEqualTo(Failure.Kind.REMOTE);
    assertThat(clouds.to.keys()).isEmpty();
  }

  @Test
  void whatFailsOnItsWayIsNoReasonToTakeTheOther() throws Exception {
    copy(root);
    clouds.reachTo(
        to ->
            new FaultyStore(to)
                .fail(
                    request -> request.operation() == Operation.COMMIT,
                    RemoteException.Kind.TRANSIENT));
    assertThat(clouds.run().failures()).hasSize(1);
    assertThat(tried()).isEmpty();
  }

  /** Whoever thinks that all was copied may throw the old disk away. */
  @Test
  void whatOnlyMetadataTellOfIsToldNotToBeCopied() throws Exception {
    clouds.from.hide(keyOf(child));

    assertThat(clouds.run().failures()).isEmpty();

    assertThat(clouds.events)
        .filteredOn(ReseedEvent.Note.class::isInstance)
        .anySatisfy(note -> assertThat(note.toString()).contains(child.uuid().toString()));
  }

  /** Another machine may be filling the same remote. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatSomebodyElseMadeMeanwhileCountsOnlyIfItIsRight(boolean isDamaged) throws Exception {
    var key = keyOf(child);
    var theirs = clouds.from.content(key);
    theirs[theirs.length / 2] ^= (byte) (isDamaged ? 1 : 0);
    clouds.beforeCreating(
        object -> {
          if (object.key().equals(key)) {
            clouds.to.put(key, theirs, clouds.from.metadata(key));
          }
        });

    var report = clouds.run();

    if (isDamaged) {
      assertThat(report.failures())
          .anySatisfy(
              failure ->
                  assertThat(failure.message()).contains("was there before it could be copied"));
    } else {
      assertThat(report.failures()).isEmpty();
      assertThat(clouds.events).anyMatch(ReseedEvent.Redundant.class::isInstance);
    }
    assertThat(report.copied()).hasSize(1);
    assertThat(clouds.to.content(key)).isEqualTo(theirs);
  }

  @Test
  void aServerCopiesNothingOfWhichThereAreTwo() throws Exception {
    var copy = copy(root);
    damage(keyOf(root));
    clouds.reachTo(_ -> new Copying(clouds.to));

    assertThat(clouds.pretend(new ReseedScope.All()).items())
        .extracting(ReseedItem::way)
        .containsExactly(Way.STREAMED, Way.SERVER_SIDE_COPY);
    assertThat(clouds.run().failures()).isEmpty();

    assertThat(tried()).hasSize(1);
    assertThat(clouds.to.keys()).contains(copy);
    clouds.requireComplete();
  }

  @Test
  void whatCannotBeReadHereIsToldToHaveAnother() throws Exception {
    var key = keyOf(child);
    clouds.from.put(key, new byte[] {0x1f, (byte) 0x8b, 0, 0}, Map.of());
    clouds.streams.remove(child.uuid());
    copy(child);
    var report = clouds.run();
    assertThat(report.failures()).isEmpty();
    assertThat(clouds.events)
        .filteredOn(ReseedEvent.OtherIgnored.class::isInstance)
        .singleElement()
        .extracting(event -> ((ReseedEvent.OtherIgnored) event).item().from().key())
        .isEqualTo(key);
  }

  /** A server that copies by itself. */
  private static final class Copying extends Delegating implements ServerSideCopy {
    private final MemoryStore memory;

    Copying(MemoryStore memory) {
      super(memory);
      this.memory = memory;
    }

    @Override
    public boolean canCopyFrom(BackupStore other) {
      return true;
    }

    @Override
    public StoredObject copy(
        BackupStore from, StoredObject source, NewObject copy, LongConsumer moved) {
      moved.accept(source.size());
      return memory.put(copy.key(), ((MemoryStore) from).content(source.key()), copy.metadata());
    }
  }
}
