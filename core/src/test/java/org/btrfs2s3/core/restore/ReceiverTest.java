package org.btrfs2s3.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.backup.CommitJson;
import org.btrfs2s3.core.backup.RawHash;
import org.btrfs2s3.core.backup.StoredContent;
import org.btrfs2s3.core.btrfs.DeviceAccess;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.pipeline.Pipeline;
import org.btrfs2s3.core.pipeline.PipelineException;
import org.btrfs2s3.core.sendstream.SendStreamException;
import org.btrfs2s3.core.sendstream.SendStreamWriter;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.testing.FakeBtrfs;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments are received as the one stream that they are pieces of. */
final class ReceiverTest {

  private static final Instant NOON = Instant.parse("2026-02-11T12:00:00Z");
  private static final BackupIdentity IDENTITY =
      new BackupIdentity(new UUID(1, 2), new UUID(3, 4), null, Ctransid.ofKernel(5), NOON);
  private static final byte[] STREAM =
      SendStreamWriter.stream(
          "data",
          new StreamIdentity(IDENTITY.uuid(), IDENTITY.ctransid(), null),
          "state".getBytes(StandardCharsets.UTF_8));
  private static final Attempt ATTEMPT = Attempt.of(1);

  @TempDir private Path directory = Path.of("");

  private final FakeBtrfs btrfs = new FakeBtrfs();
  private final MemoryStore store = new MemoryStore();

  private int store(int segmentBytes) {
    int number = 0;
    for (int from = 0; from < STREAM.length; from += segmentBytes) {
      var piece = Arrays.copyOfRange(STREAM, from, Math.min(STREAM.length, from + segmentBytes));
      store.put(segment(number++), piece, Map.of());
    }
    var commit = BackupKey.encodeCommit("data", IDENTITY, ZoneOffset.UTC, ATTEMPT, number);
    store.put(new ObjectKey(commit), CommitJson.write(document(segmentBytes)), Map.of());
    return number;
  }

  private CommitDocument document(int segmentBytes) {
    List<CommitDocument.Segment> segments = new ArrayList<>();
    for (int from = 0; from < STREAM.length; from += segmentBytes) {
      int length = Math.min(segmentBytes, STREAM.length - from);
      segments.add(
          new CommitDocument.Segment(
              segment(segments.size()).value(),
              new StoredContent(length, "0".repeat(64)),
              from,
              length));
    }
    var hash = new RawHash(ATTEMPT);
    hash.update(STREAM, 0, STREAM.length);
    return new CommitDocument(
        IDENTITY,
        ATTEMPT,
        "none",
        List.of(),
        "",
        segmentBytes,
        segments,
        STREAM.length,
        hash.soFar());
  }

  private static ObjectKey segment(int number) {
    return new ObjectKey(
        BackupKey.encodeSegment("data", IDENTITY, ZoneOffset.UTC, ATTEMPT, number, List.of()));
  }

  private Receiver.Result receive() throws Exception {
    return receive(store);
  }

  private Receiver.Result receive(BackupStore from) throws Exception {
    var target = Files.createTempDirectory(directory, "target");
    var backup = Catalog.of(from.list().objects()).backups().getFirst();
    var reader = new ContentReader(from, ContentKeys.none(), _ -> List.of());
    var receiver =
        new Receiver(
            btrfs,
            reader,
            target,
            Confinement.of(target),
            new DeviceShield(new DeviceAccess.Shut()),
            Seal.of(""));
    var member = new RestoreMember(backup, "data", true, new Supply.Fetched());
    return receiver.receive(
        member, receiver.nameFor(member), Map.of(), new WriteBehind(() -> {}, Long.MAX_VALUE));
  }

  @Test
  void segmentsOfAnySizeAreOneStream() throws Exception {
    for (int size : List.of(1, 7, 50, STREAM.length - 1, STREAM.length)) {
      store.keys().forEach(store::remove);
      store(size);

      assertThat(receive().streamBytes()).isEqualTo(STREAM.length);
    }
  }

  @Test
  void whatIsMissingOrInTheWrongPlaceIsNoStream() throws Exception {
    // Invariant 7: numbered as if they were whole.
    int segments = store(20);
    var second = store.content(segment(1));
    var first = store.content(segment(0));
    store.put(segment(segments - 1), new byte[0], Map.of());
    assertThatThrownBy(this::receive).hasMessageContaining("other segments");

    store(20);
    store.put(segment(1), first, Map.of());
    store.put(segment(0), second, Map.of());
    assertThatThrownBy(this::receive)
        .hasRootCauseInstanceOf(SendStreamException.class)
        .hasMessageContaining("segment " + segment(0));
  }

  @Test
  void aSegmentThatCannotBeReadIsNamed() throws Exception {
    store(20);
    var faulty =
        new FaultyStore(store).failReads(segment(2)::equals, 3, RemoteException.Kind.INTEGRITY);

    assertThatThrownBy(() -> receive(faulty))
        .isInstanceOfSatisfying(
            PipelineException.class, e -> assertThat(e.stage()).isEqualTo(Pipeline.SOURCE))
        .hasCauseInstanceOf(RemoteException.class)
        .hasMessageContaining("segment " + segment(2));
  }

  @Test
  void theCommitObjectTellsHowLongTheStreamIs() throws Exception {
    store(20);
    var backup = Catalog.of(store.list().objects()).backups().getFirst();
    var reader = new ContentReader(store, ContentKeys.none(), _ -> List.of());

    assertThat(reader.streamLength(backup)).hasValue(STREAM.length);
    assertThat(ContentReader.objectsOf(backup))
        .hasSize(backup.contentKeys().size() + 1)
        .startsWith(backup.key());
  }
}
