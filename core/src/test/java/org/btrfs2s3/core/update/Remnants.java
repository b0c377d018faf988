package org.btrfs2s3.core.update;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.policy.Ctransid;

/** What runs that were interrupted leave on a remote: here by hand. */
record Remnants(MemoryStore store, BackupIdentity identity) {

  /** Of a snapshot that is not here, and has no backup. */
  static Remnants of(MemoryStore store, UUID source, int snapshot) {
    return new Remnants(
        store,
        new BackupIdentity(
            new UUID(7, snapshot), source, null, Ctransid.ofKernel(snapshot), World.START));
  }

  /** Of an object that is there. */
  static Remnants beside(MemoryStore store, ObjectKey key) {
    return new Remnants(store, BackupKey.decode(key.value()).backup().orElseThrow().identity());
  }

  /** Puts segments with these numbers, written at a time. */
  List<ObjectKey> segments(long attempt, Instant written, int... numbers) {
    store.setLastModified(written);
    return IntStream.of(numbers)
        .mapToObj(
            number ->
                BackupKey.encodeSegment(
                    "data", identity, ZoneOffset.UTC, Attempt.of(attempt), number, List.of()))
        .map(ObjectKey::new)
        .map(key -> store.put(key, new byte[10], Map.of()).key())
        .toList();
  }

  /** Puts the commit object of an attempt. */
  ObjectKey commit(long attempt, String folder, int count) {
    var key =
        folder
            + BackupKey.encodeCommit("data", identity, ZoneOffset.UTC, Attempt.of(attempt), count);
    return store.put(new ObjectKey(key), new byte[1], Map.of()).key();
  }

  /** Begins an upload of its only object. */
  ObjectKey begin(Instant begun) {
    var key = BackupKey.encode("data", identity, ZoneOffset.UTC, List.of());
    return store.abandon(new ObjectKey(key), begun).key();
  }
}
