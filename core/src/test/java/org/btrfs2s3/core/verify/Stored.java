package org.btrfs2s3.core.verify;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.BackupMetadata;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.backup.CommitJson;
import org.btrfs2s3.core.backup.RawHash;
import org.btrfs2s3.core.backup.SegmentMetadata;
import org.btrfs2s3.core.backup.Sha256;
import org.btrfs2s3.core.backup.StoredContent;
import org.btrfs2s3.core.sendstream.SendStreamWriter;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;

/** Puts backups as an update would into a store. */
record Stored(MemoryStore store) {

  static final UUID SOURCE = new UUID(3, 4);
  static final int SEGMENT_BYTES = 60;

  private static final Instant NOON = Instant.parse("2026-02-11T12:00:00Z");
  private static final Attempt ATTEMPT = Attempt.of(1);

  static UUID uuid(int number) {
    return new UUID(1, number);
  }

  static BackupIdentity identity(int number, int parent) {
    return new BackupIdentity(
        uuid(number),
        SOURCE,
        parent == 0 ? null : uuid(parent),
        Ctransid.ofKernel(number),
        NOON.plusSeconds(number));
  }

  static byte[] stream(BackupIdentity identity) {
    return SendStreamWriter.stream(
        "data",
        new StreamIdentity(identity.uuid(), identity.ctransid(), identity.sendParent()),
        "state".getBytes(StandardCharsets.UTF_8));
  }

  static Map<String, String> metadata(BackupIdentity identity) {
    return new BackupMetadata(identity, "none", "1").toMap();
  }

  static ObjectKey key(BackupIdentity identity, String... suffixes) {
    return new ObjectKey(BackupKey.encode("data", identity, ZoneOffset.UTC, List.of(suffixes)));
  }

  /**
   * A backup in one object.
   *
   * @param parent 0 for a full one
   */
  ObjectKey whole(int number, int parent) {
    var identity = identity(number, parent);
    var key = key(identity);
    store.put(key, stream(identity), metadata(identity));
    return key;
  }

  /** The same, as if a later version of this program had stored it. */
  void later(int number, int parent) {
    var identity = identity(number, parent);
    var key = new ObjectKey(key(identity).value().replace(".mdvn1.", ".mdvn3."));
    store.put(key, new byte[] {1}, metadata(identity));
  }

  static ObjectKey segment(BackupIdentity identity, int number) {
    return new ObjectKey(
        BackupKey.encodeSegment("data", identity, ZoneOffset.UTC, ATTEMPT, number, List.of()));
  }

  /** A segmented one; its commit object's key. */
  ObjectKey segmented(int number, int parent) {
    var identity = identity(number, parent);
    var stream = stream(identity);
    List<CommitDocument.Segment> segments = new ArrayList<>();
    var hash = new RawHash(ATTEMPT);
    @Nullable StoredContent previous = null;
    for (int from = 0; from < stream.length; from += SEGMENT_BYTES) {
      var piece = Arrays.copyOfRange(stream, from, Math.min(stream.length, from + SEGMENT_BYTES));
      var key = segment(identity, segments.size());
      Map<String, String> metadata = new HashMap<>(metadata(identity));
      metadata.putAll(
          new SegmentMetadata(ATTEMPT, from, hash.soFar(), SEGMENT_BYTES, List.of(), "", previous)
              .toMap());
      store.put(key, piece, metadata);
      hash.update(piece, 0, piece.length);
      previous = new StoredContent(piece.length, sha256(piece));
      segments.add(new CommitDocument.Segment(key.value(), previous, from, piece.length));
    }
    var commit =
        new ObjectKey(
            BackupKey.encodeCommit("data", identity, ZoneOffset.UTC, ATTEMPT, segments.size()));
    var document =
        new CommitDocument(
            identity,
            ATTEMPT,
            "none",
            List.of(),
            "",
            SEGMENT_BYTES,
            segments,
            stream.length,
            hash.soFar());
    store.put(commit, CommitJson.write(document), metadata(identity));
    return commit;
  }

  private static String sha256(byte[] bytes) {
    var sum = new Sha256();
    sum.update(bytes, 0, bytes.length);
    return sum.soFar();
  }
}
