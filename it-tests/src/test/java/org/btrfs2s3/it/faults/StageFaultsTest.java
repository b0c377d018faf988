package org.btrfs2s3.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.core.pipeline.Compression;
import org.btrfs2s3.core.pipeline.Decoding;
import org.btrfs2s3.core.pipeline.Encoding;
import org.btrfs2s3.core.pipeline.Encryption;
import org.btrfs2s3.core.pipeline.FilterEncoding;
import org.btrfs2s3.core.pipeline.Identities;
import org.btrfs2s3.core.pipeline.IdentityPassphrase;
import org.btrfs2s3.core.pipeline.Recipients;
import org.btrfs2s3.core.pipeline.Stage;
import org.btrfs2s3.core.pipeline.StandardEncoding;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.sendstream.SendStreamWriter;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.FaultyStore.Operation;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.update.RunReport;
import org.btrfs2s3.it.program.GpgHome;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Invariant 1, visible means whole: whatever breaks, wherever it breaks, on every store. */
class StageFaultsTest {
  private static final int COMPRESSOR = 0;
  private static final int ENCRYPTOR = 1;

  /** Of the END command: a header and nothing else. */
  private static final int END_BYTES = 10;

  private static Encoding zstdAndOpenPgp;
  private static Identities identities;

  @TempDir Path work;

  /** Where something breaks. */
  private enum Point {
    FIRST_BYTE,
    SECOND_BYTE,
    LAST_OF_FIRST_PART,
    FIRST_OF_SECOND_PART,
    ONE_BEFORE_END,
    AFTER_END;

    /**
     * @param length of what the broken part would have passed on
     */
    int offset(int length) {
      return switch (this) {
        case FIRST_BYTE -> 0;
        case SECOND_BYTE -> 1;
        case LAST_OF_FIRST_PART -> StoreKind.PART_BYTES - 1;
        case FIRST_OF_SECOND_PART -> StoreKind.PART_BYTES;
        case ONE_BEFORE_END -> length - END_BYTES - 1;
        case AFTER_END -> length;
      };
    }
  }

  /** What breaks: not before the END command, if it is told to break after it. */
  private enum Part {
    SEND(Failure.Kind.SNAPSHOT, "scripted exit code 1"),
    COMPRESSOR(Failure.Kind.ENCODING, FaultyEncoding.FAULT),
    ENCRYPTOR(Failure.Kind.ENCODING, FaultyEncoding.FAULT),
    FAILING_FILTER(Failure.Kind.ENCODING, "exit code 1"),
    KILLED_FILTER(Failure.Kind.ENCODING, "signal 9"),
    /** After the end: between the last part and Complete. */
    UPLOAD(Failure.Kind.REMOTE, "scripted fault");

    final Failure.Kind kind;
    final String words;

    Part(Failure.Kind kind, String words) {
      this.kind = kind;
      this.words = words;
    }

    Uploading broken(Point point) throws IOException, InterruptedException {
      Uploading healthy = Uploading.healthy(zstdAndOpenPgp);
      int offset = point.offset(length());
      return switch (this) {
        case SEND -> healthy.sending(ScriptedSend.Script.failingAt(Uploading.STREAM, offset));
        case COMPRESSOR ->
            healthy.encodedBy(
                new FaultyEncoding(zstdAndOpenPgp, StageFaultsTest.COMPRESSOR, offset));
        case ENCRYPTOR ->
            healthy.encodedBy(
                new FaultyEncoding(zstdAndOpenPgp, StageFaultsTest.ENCRYPTOR, offset));
        case FAILING_FILTER -> healthy.encodedBy(filter("head -c " + offset + "; exit 1"));
        case KILLED_FILTER -> healthy.encodedBy(filter("head -c " + offset + "; kill -9 $$"));
        case UPLOAD -> healthy.through(store -> broken(store, point, offset));
      };
    }

    private static BackupStore broken(BackupStore store, Point point, int offset) {
      FaultyStore faulty = new FaultyStore(store);
      return point == Point.AFTER_END
          ? faulty.fail(FaultyStore.allOf(Operation.COMMIT), RemoteException.Kind.REFUSED)
          : faulty.failWrites(key -> true, offset, RemoteException.Kind.REFUSED);
    }

    /** Of what it passes on, in bytes, if nothing breaks. */
    private int length() throws IOException, InterruptedException {
      List<Stage> stages = zstdAndOpenPgp.stages();
      return switch (this) {
        case SEND, FAILING_FILTER, KILLED_FILTER -> Uploading.STREAM.length;
        case COMPRESSOR -> encoded(stages.subList(0, 1)).length;
        case ENCRYPTOR, UPLOAD -> encoded(stages).length;
      };
    }
  }

  @BeforeAll
  static void makeKeys(@TempDir Path keys) throws Exception {
    try (GpgHome gpg = GpgHome.create()) {
      String key = gpg.generateKey(GpgHome.Algorithm.CURVE25519, "A Test");
      Path publicKey = gpg.exportPublic(key, keys.resolve("public.asc"));
      Path secretKey = gpg.exportSecret(key, keys.resolve("secret.asc"));
      Recipients recipients = Recipients.load(List.of(publicKey), Instant.now());
      zstdAndOpenPgp =
          new StandardEncoding(new Compression.Zstd(1), new Encryption.OpenPgp(recipients));
      identities = Identities.load(List.of(secretKey), IdentityPassphrase.NONE);
    }
  }

  static Stream<Arguments> everyPointOfEveryPartOnEveryStore() {
    return Stream.of(StoreKind.values())
        .flatMap(
            store ->
                Stream.of(Part.values())
                    .flatMap(
                        part ->
                            Stream.of(Point.values())
                                .map(point -> Arguments.of(store, part, point))));
  }

  @ParameterizedTest(name = "{0}: {1} breaks at {2}")
  @MethodSource("everyPointOfEveryPartOnEveryStore")
  void brokenPartLeavesNothing(StoreKind store, Part part, Point point) throws Exception {
    try (StoreKind.Remote remote = store.create(work.resolve("remote"))) {
      Uploading uploading = part.broken(point);
      assertFailed(uploading.run(remote, work), part.kind, part.words);
      assertNothingIn(remote, uploading);
    }
  }

  /** The twin of all faults. */
  @ParameterizedTest
  @EnumSource
  void healthyPartsMakeOneWholeObject(StoreKind store) throws Exception {
    try (StoreKind.Remote remote = store.create(work.resolve("remote"))) {
      Uploading uploading = Uploading.healthy(zstdAndOpenPgp);
      RunReport report = uploading.run(remote, work);
      assertThat(report.failures()).isEmpty();
      assertWhole(remote, uploading, Decoding.stages(List.of(".zst", ".gpg"), identities));
    }
  }

  @ParameterizedTest
  @EnumSource
  void healthyFilterMakesOneWholeObject(StoreKind store) throws Exception {
    try (StoreKind.Remote remote = store.create(work.resolve("remote"))) {
      Uploading uploading = Uploading.healthy(filter("cat"));
      RunReport report = uploading.run(remote, work);
      assertThat(report.failures()).isEmpty();
      assertWhole(remote, uploading, List.of());
    }
  }

  /** Streams that end well, but are not the stream of the snapshot. */
  private enum BadStream {
    EMPTY("end"),
    GARBAGE("btrfs"),
    WITHOUT_END("end"),
    CUT_IN_A_COMMAND("end"),
    BYTES_AFTER_END("after"),
    FLIPPED_BIT("checksum"),
    OF_ANOTHER_SNAPSHOT(uuid(9).toString()),
    OF_ANOTHER_TRANSACTION("43"),
    AGAINST_A_PARENT(uuid(9).toString()),
    WITHOUT_DATA("data");

    final String words;

    BadStream(String words) {
      this.words = words;
    }

    byte[] bytes() {
      byte[] good = Uploading.STREAM;
      StreamIdentity identity = Uploading.STREAM_IDENTITY;
      return switch (this) {
        case EMPTY -> new byte[0];
        case GARBAGE -> new byte[good.length];
        case WITHOUT_END -> Arrays.copyOf(good, good.length - END_BYTES);
        case CUT_IN_A_COMMAND -> Arrays.copyOf(good, good.length / 2);
        case BYTES_AFTER_END -> Arrays.copyOf(good, good.length + 1);
        case FLIPPED_BIT -> flipped(good);
        case OF_ANOTHER_SNAPSHOT -> stream(new StreamIdentity(uuid(9), identity.ctransid(), null));
        case OF_ANOTHER_TRANSACTION ->
            stream(new StreamIdentity(identity.uuid(), Ctransid.ofKernel(43), null));
        case AGAINST_A_PARENT ->
            stream(new StreamIdentity(identity.uuid(), identity.ctransid(), uuid(9)));
        case WITHOUT_DATA ->
            SendStreamWriter.v1()
                .begin("snapshot", identity)
                .mkfile("file", 257)
                .updateExtent("file", 0, 1)
                .end()
                .toByteArray();
      };
    }

    private static byte[] stream(StreamIdentity identity) {
      return SendStreamWriter.stream("snapshot", identity, new byte[100]);
    }

    private static byte[] flipped(byte[] good) {
      byte[] bad = good.clone();
      bad[bad.length / 2] ^= 1;
      return bad;
    }

    private static UUID uuid(long number) {
      return new UUID(0x4000, Long.MIN_VALUE | number);
    }
  }

  static Stream<Arguments> everyBadStreamOnEveryStore() {
    return Stream.of(StoreKind.values())
        .flatMap(store -> Stream.of(BadStream.values()).map(stream -> Arguments.of(store, stream)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("everyBadStreamOnEveryStore")
  void badStreamLeavesNothing(StoreKind store, BadStream stream) throws Exception {
    try (StoreKind.Remote remote = store.create(work.resolve("remote"))) {
      Uploading uploading =
          Uploading.healthy(zstdAndOpenPgp).sending(ScriptedSend.Script.successful(stream.bytes()));
      assertFailed(uploading.run(remote, work), Failure.Kind.SNAPSHOT, stream.words);
      assertNothingIn(remote, uploading);
    }
  }

  /** Filters that say that they succeeded. */
  private enum LyingFilter {
    WITHOUT_OUTPUT("cat > /dev/null", "wrote no output"),
    THAT_ENDS_AT_ONCE("exit 0", "stopped reading"),
    THAT_ENDS_EARLY("head -c 100000", "stopped reading"),
    /** The last one of a chain decides what is stored, but not what is true. */
    AFTER_A_FAILED_ONE("head -c 100000 > /dev/null; exit 7", "exit code 7");

    final String script;
    final String words;

    LyingFilter(String script, String words) {
      this.script = script;
      this.words = words;
    }

    Encoding encoding() {
      List<List<String>> commands = new ArrayList<>();
      commands.add(List.of("sh", "-c", script));
      if (this == AFTER_A_FAILED_ONE) {
        commands.add(List.of("sh", "-c", "cat; echo more"));
      }
      return new FilterEncoding(commands);
    }
  }

  static Stream<Arguments> everyLyingFilterOnEveryStore() {
    return Stream.of(StoreKind.values())
        .flatMap(
            store -> Stream.of(LyingFilter.values()).map(filter -> Arguments.of(store, filter)));
  }

  @ParameterizedTest(name = "{0}: filter {1}")
  @MethodSource("everyLyingFilterOnEveryStore")
  void lyingFilterLeavesNothing(StoreKind store, LyingFilter filter) throws Exception {
    try (StoreKind.Remote remote = store.create(work.resolve("remote"))) {
      Uploading uploading = Uploading.healthy(filter.encoding());
      assertFailed(uploading.run(remote, work), Failure.Kind.ENCODING, filter.words);
      assertNothingIn(remote, uploading);
    }
  }

  private static Encoding filter(String script) {
    return new FilterEncoding(List.of(List.of("sh", "-c", script)));
  }

  private static byte[] encoded(List<Stage> stages) throws IOException, InterruptedException {
    return Uploading.flow(new ByteArrayInputStream(Uploading.STREAM), stages);
  }

  private static void assertFailed(RunReport report, Failure.Kind kind, String words) {
    assertThat(report.failures())
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.kind()).as(failure.message()).isEqualTo(kind);
              assertThat(failure.message()).containsIgnoringCase(words);
            });
    assertThat(report.healthyParts()).isZero();
  }

  private static void assertNothingIn(StoreKind.Remote remote, Uploading uploading)
      throws Exception {
    assertThat(remote.unfinished()).as("unfinished uploads").isEmpty();
    try (BackupStore store = remote.open()) {
      assertThat(store.list().objects()).isEmpty();
      assertThat(store.find(uploading.key())).isEmpty();
    }
  }

  private static void assertWhole(
      StoreKind.Remote remote, Uploading uploading, List<Stage> decoding) throws Exception {
    try (BackupStore store = remote.open()) {
      assertThat(store.list().objects())
          .extracting(object -> object.key())
          .containsExactly(uploading.key());
      try (InputStream object = store.open(uploading.key(), 0)) {
        assertThat(Uploading.flow(object, decoding)).isEqualTo(Uploading.STREAM);
      }
    }
  }
}
