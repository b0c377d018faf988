package org.btrfs2s3.core.catalog;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.StoredObject;

/** Makes the objects of one attempt as a listing shows them. */
public record SegmentedObjects(BackupIdentity identity, Attempt attempt, Instant written) {

  private static final List<String> SUFFIXES = List.of(".zst", ".gpg");

  /** Has 10 bytes and its number. */
  public StoredObject segment(int number) {
    return segment(number, SUFFIXES);
  }

  public StoredObject segment(int number, List<String> suffixes) {
    var key = BackupKey.encodeSegment("data", identity, ZoneOffset.UTC, attempt, number, suffixes);
    return new StoredObject(new ObjectKey(key), 10 + number, written, null);
  }

  public StoredObject commit(int segments) {
    return object(BackupKey.encodeCommit("data", identity, ZoneOffset.UTC, attempt, segments));
  }

  public StoredObject signature(int segments) {
    return object(commit(segments).key() + ".sig");
  }

  /** The first segments, without any suffix, and perhaps a commit object for them. */
  public Stream<StoredObject> plain(int segments, boolean committed) {
    return Stream.concat(
        IntStream.range(0, segments).mapToObj(number -> segment(number, List.of())),
        committed ? Stream.of(commit(segments)) : Stream.of());
  }

  private StoredObject object(String key) {
    return new StoredObject(new ObjectKey(key), 1, written, null);
  }

  /** The same object in a folder. */
  public static StoredObject copy(StoredObject object, String folder) {
    return new StoredObject(
        new ObjectKey(folder + object.key()),
        object.size(),
        object.lastModified(),
        object.storageClass());
  }
}
