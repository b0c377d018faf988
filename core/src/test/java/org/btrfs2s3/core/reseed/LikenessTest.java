package org.btrfs2s3.core.reseed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.btrfs2s3.core.pipeline.Compression;
import org.btrfs2s3.core.pipeline.Encryption;
import org.btrfs2s3.core.pipeline.StandardEncoding;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.sendstream.SendStreamWriter;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.Checksum;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectDetails;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.ServerSideCopy;
import org.btrfs2s3.core.store.StoredObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What remotes tell of the bytes that they hold is compared, without reading these (invariants 1,
 * 9), and nothing is overwritten (invariant 11).
 */
final class LikenessTest {

  /** Tells a checksum of each object. */
  private static class Telling extends Delegating implements ServerSideCopy {
    private final MemoryStore memory;
    private final boolean isOfBytesAlone;

    Telling(MemoryStore memory, boolean isOfBytesAlone) {
      super(memory);
      this.memory = memory;
      this.isOfBytesAlone = isOfBytesAlone;
    }

    @Override
    public Optional<ObjectDetails> find(ObjectKey key)
        throws RemoteException, InterruptedException {
      return super.find(key)
          .map(
              found ->
                  new ObjectDetails(
                      found.object(),
                      found.metadata(),
                      new Checksum("sum", Clouds.sha256(memory.content(key)), isOfBytesAlone)));
    }

    @Override
    public boolean canCopyFrom(BackupStore other) {
      return false;
    }

    @Override
    public StoredObject copy(
        BackupStore from, StoredObject source, NewObject copy, LongConsumer moved)
        throws RemoteException {
      throw new AssertionError("not asked for");
    }
  }

  private static Clouds telling(Clouds clouds, boolean isOfBytesAlone) {
    return clouds
        .reachFrom(_ -> new Telling(clouds.from, isOfBytesAlone))
        .reachTo(_ -> new Telling(clouds.to, isOfBytesAlone));
  }

  private static ObjectKey keyOf(MemoryStore store, int number, String more) {
    return store.keys().stream()
        .filter(key -> key.value().contains(".uuid" + Clouds.uuid(number)))
        .filter(key -> key.value().contains(more))
        .findFirst()
        .orElseThrow();
  }

  private static void flip(MemoryStore store, ObjectKey key) {
    var bytes = store.content(key);
    // Of what says of itself what it is, the beginning, which shows without its meaning.
    bytes[key.value().endsWith(".commit") ? 0 : bytes.length / 2] ^= 1;
    store.put(key, bytes, store.metadata(key));
  }

  @ParameterizedTest
  @CsvSource({"2,''", "4,.seqn000001", "4,.commit"})
  void aFlippedBitInWhatIsThereIsFound(int number, String more) throws Exception {
    for (var isOfBytesAlone : List.of(true, false)) {
      var clouds = telling(Clouds.filled(), isOfBytesAlone);
      assertThat(clouds.run().failures()).isEmpty();
      assertThat(clouds.run().failures()).isEmpty();
      var key = keyOf(clouds.to, number, more);
      flip(clouds.to, key);
      clouds.to.remove(keyOf(clouds.to, 3, ""));
      var before = clouds.to.contents();

      var report = clouds.run();

      assertThat(report.failures())
          .anySatisfy(
              failure -> {
                assertThat(failure.kind()).isEqualTo(Failure.Kind.REMOTE);
                assertThat(failure.message())
                    .contains("the sum " + Clouds.sha256(clouds.to.content(key)), key.value());
              });
      assertThat(clouds.to.contents()).containsAllEntriesOf(before);
      assertThat(report.copied()).as("nothing is sent against it").hasSize(number == 2 ? 0 : 1);
    }
  }

  /** Somebody uploaded it from the same snapshot, which gave another stream. */
  @Test
  void whatIsWholeThoughItIsNoCopyIsEnough() throws Exception {
    var clouds = telling(new Clouds(), true);
    var root = clouds.full(1);
    var key = keyOf(clouds.from, 1, "");
    var content = new byte[700];
    Arrays.fill(content, (byte) 77);
    var other =
        SendStreamWriter.v1()
            .begin("snapshot", StreamCheck.expected(root))
            .mkfile("file", 257)
            .write("file", 0, content)
            .end()
            .toByteArray();
    assertThat(other).hasSameSizeAs(clouds.from.content(key));
    clouds.to.put(key, other, Map.of());
    clouds.child(2, root);

    var report = clouds.run();

    assertThat(report.failures()).isEmpty();
    assertThat(report.copied()).hasSize(1);
    assertThat(clouds.to.content(key)).isEqualTo(other);
  }

  @Test
  void whatAServerCopiesIsComparedAtTheEnd() throws Exception {
    var clouds = Clouds.filled();
    var key = keyOf(clouds.from, 3, "");
    clouds
        .reachFrom(_ -> new Telling(clouds.from, true))
        .reachTo(
            _ ->
                new Telling(clouds.to, true) {
                  @Override
                  public boolean canCopyFrom(BackupStore other) {
                    return true;
                  }

                  @Override
                  public StoredObject copy(
                      BackupStore from, StoredObject source, NewObject copy, LongConsumer moved) {
                    var bytes = clouds.from.content(source.key());
                    if (source.key().equals(key)) {
                      bytes[bytes.length / 2] ^= 1;
                    }
                    return clouds.to.put(copy.key(), bytes, copy.metadata());
                  }
                });

    var report = clouds.run();

    assertThat(report.failures())
        .anySatisfy(
            failure ->
                assertThat(failure.message())
                    .contains(key.value(), "the sum", "as on a", "is damaged"));
  }

  /** Which parts something was uploaded in says nothing of its bytes. */
  @ParameterizedTest
  @CsvSource({"true,1", "false,0"})
  void whatCannotBeReadHereIsAFailureOnlyIfItIsNoCopyForSure(boolean isProven, int failures)
      throws Exception {
    var clouds = telling(new Clouds(), isProven);
    clouds.full(1);
    var key = keyOf(clouds.from, 1, "");
    // Like the output of an unknown filter.
    clouds.from.put(key, new byte[] {1, 2, 3}, Map.of());
    clouds.to.put(key, new byte[] {1, 2, 4}, Map.of());

    var report = clouds.run();

    assertThat(report.failures()).hasSize(failures);
    assertThat(clouds.events)
        .filteredOn(ReseedEvent.Note.class::isInstance)
        .hasSize(1 - failures)
        .allSatisfy(note -> assertThat(note.toString()).contains(key.value(), "the sum"));
  }

  @Test
  void whatIsEncodedAnewIsNotCompared() throws Exception {
    var plain = new StandardEncoding(new Compression.None(), new Encryption.None());
    var clouds = telling(Clouds.filled().encodedAs(plain), true);
    assertThat(clouds.reencode().failures()).isEmpty();
    var key = keyOf(clouds.to, 1, "");
    clouds.to.put(key, clouds.to.content(key), Map.of());
    assertThat(clouds.reencode().failures()).isEmpty();
    assertThat(clouds.events)
        .noneMatch(ReseedEvent.Failed.class::isInstance)
        .noneMatch(ReseedEvent.Note.class::isInstance);
  }
}
