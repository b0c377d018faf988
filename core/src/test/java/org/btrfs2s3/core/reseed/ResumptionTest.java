package org.btrfs2s3.core.reseed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.pipeline.Compression;
import org.btrfs2s3.core.pipeline.Encryption;
import org.btrfs2s3.core.pipeline.StandardEncoding;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a killed run left, and somebody damaged before the next one: no commit object ever names it
 * (invariants 1, 9), and it is left as it is (invariant 11).
 */
final class ResumptionTest {
  private static final int SEGMENTS = 3;

  /** The kinds of runs. */
  enum Kind {
    PLAIN,
    /** Bytes of the stream itself: any of them decodes. */
    REENCODED_TO_NONE,
    REENCODED_TO_ZSTD;

    Clouds filled() {
      var clouds = new Clouds();
      clouds.segmented(4, clouds.full(1), SEGMENTS);
      return switch (this) {
        case PLAIN -> clouds;
        case REENCODED_TO_NONE -> clouds.encodedAs(encoding(new Compression.None()));
        case REENCODED_TO_ZSTD -> clouds.encodedAs(encoding(new Compression.Zstd(3)));
      };
    }

    private static StandardEncoding encoding(Compression compression) {
      return new StandardEncoding(compression, new Encryption.None());
    }

    ReseedReport run(Clouds clouds) throws Exception {
      return clouds.run(new ReseedScope.All(), this != PLAIN);
    }
  }

  /** A run that was killed after so many segments were stored; after all, before the commit. */
  private static Clouds killed(Kind kind, int segments) {
    var clouds = kind.filled();
    // The full backup, then segments, then (of a copy) the signature.
    int allowed = 1 + segments;
    clouds.reachTo(store -> new Mortality(store, allowed));
    assertThat(catchThrowable(() -> kind.run(clouds))).isInstanceOf(Mortality.Killed.class);
    assertThat(found(clouds)).hasSize(segments);
    clouds.reachBoth();
    return clouds;
  }

  private static List<ObjectKey> found(Clouds clouds) {
    return clouds.to.keys().stream()
        .filter(key -> key.value().contains(".seqn00000"))
        .sorted((a, b) -> a.value().compareTo(b.value()))
        .toList();
  }

  private static void put(MemoryStore store, ObjectKey key, byte[] bytes) {
    store.put(key, bytes, store.metadata(key));
  }

  @ParameterizedTest
  @EnumSource
  void aFlippedByteInAnythingThatIsThereMakesNoBackup(Kind kind) throws Exception {
    for (int segments = 1; segments <= SEGMENTS; segments++) {
      for (int damaged = 0; damaged < segments; damaged++) {
        int size =
            killed(kind, segments).to.content(found(killed(kind, segments)).get(damaged)).length;
        for (int at : new int[] {0, size / 2, size - 1}) {
          var clouds = killed(kind, segments);
          var key = found(clouds).get(damaged);
          var bytes = clouds.to.content(key);
          bytes[at] ^= 1;
          put(clouds.to, key, bytes);
          var report = kind.run(clouds);
          assertThat(report.failures())
              .as("%s, %d there, byte %d of number %d", kind, segments, at, damaged)
              .singleElement()
              .satisfies(
                  failure -> {
                    assertThat(failure.kind()).isEqualTo(Failure.Kind.REMOTE);
                    assertThat(failure.message()).contains(key.value(), "abandon");
                  });
          assertThat(clouds.to.content(key)).isEqualTo(bytes);
          assertThat(Clouds.catalog(clouds.to).backups()).hasSize(1);
          clouds.requireRestorable();
          // As abandon does.
          clouds.to.keys().stream()
              .filter(each -> each.value().contains(".uuid" + Clouds.uuid(4)))
              .forEach(clouds.to::remove);
          assertThat(kind.run(clouds).failures()).isEmpty();
          clouds.requireComplete();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsThereIsReadOnceAndVerifiedInsideLikeAnyOther(Kind kind) throws Exception {
    for (int segments = 0; segments <= SEGMENTS; segments++) {
      var clouds = killed(kind, segments);
      var there = found(clouds);
      var door = new Opened(clouds.to);
      clouds.reachTo(_ -> door);
      clouds.beforeTheFinalCheck(() -> assertThat(door.opened).isEqualTo(counts(there)));
      var report = kind.run(clouds);
      assertThat(report.failures()).isEmpty();
      assertThat(report.copied().values()).containsExactly(Assurance.STREAM);
      clouds.requireComplete();
    }
  }

  private static Map<ObjectKey, Integer> counts(List<ObjectKey> keys) {
    return keys.stream()
        .collect(java.util.stream.Collectors.toMap(key -> key, _ -> 1, Integer::sum));
  }

  /** Counts how often each object is read. */
  private static final class Opened extends Delegating {
    private final Map<ObjectKey, Integer> opened = new java.util.HashMap<>();

    Opened(BackupStore store) {
      super(store);
    }

    @Override
    public InputStream open(ObjectKey key, long offset)
        throws RemoteException, InterruptedException {
      opened.merge(key, 1, Integer::sum);
      return super.open(key, offset);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSegmentOfSomethingElseIsNotTaken(Kind kind) throws Exception {
    // Whole and well encoded, but the one before it.
    var clouds = killed(kind, SEGMENTS);
    var keys = found(clouds);
    put(clouds.to, keys.get(1), clouds.to.content(keys.getFirst()));
    assertThat(kind.run(clouds).failures())
        .singleElement()
        .extracting(Failure::message)
        .asString()
        .contains(keys.get(1).value());
    assertThat(Clouds.catalog(clouds.to).backups()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aSignatureThatWasChangedIsInTheWay(boolean sameSize) throws Exception {
    var clouds = Kind.PLAIN.filled();
    clouds.reachTo(store -> new Mortality(store, 1 + SEGMENTS + 1));
    assertThat(catchThrowable(clouds::run)).isInstanceOf(Mortality.Killed.class);
    clouds.reachBoth();
    var key =
        clouds.to.keys().stream()
            .filter(each -> each.value().endsWith(".sig"))
            .findFirst()
            .orElseThrow();
    var bytes = clouds.to.content(key);
    bytes[0] ^= 1;
    put(clouds.to, key, sameSize ? bytes : new byte[1]);
    assertThat(clouds.run().failures())
        .singleElement()
        .extracting(Failure::message)
        .asString()
        .contains(key.value(), "no copy");
    assertThat(Clouds.catalog(clouds.to).backups()).hasSize(1);
  }
}
