package org.btrfs2s3.core.catalog;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.BackupLabel;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.policy.Backup;
import org.jspecify.annotations.Nullable;

/**
 * A committed backup as a listing shows it.
 *
 * @param key of its only object, or of its commit object: without that it does not exist
 * @param contentSuffixes what its content is, such as {@code [".zst", ".gpg"]}
 * @param size in bytes, as stored, of everything that a restore reads
 * @param storageClass as the remote calls it; null where there is none, {@link #SEVERAL_CLASSES} if
 *     its segments differ. Where a commit object lies it does not tell
 * @param parts null if it is in one object
 */
public record StoredBackup(
    ObjectKey key,
    BackupLabel label,
    List<String> contentSuffixes,
    long size,
    @Nullable String storageClass,
    @Nullable Segments parts) {

  public static final String SEVERAL_CLASSES = "mixed";

  private static final Set<List<String>> CANONICAL_SUFFIXES =
      Set.of(List.of(), List.of(".zst"), List.of(".gpg"), List.of(".zst", ".gpg"));

  /** By ctime, then ctransid; the key decides between equals. */
  public static final Comparator<StoredBackup> OLDEST_FIRST =
      Comparator.comparing((StoredBackup backup) -> backup.identity().ctime())
          .thenComparing(backup -> backup.identity().ctransid())
          .thenComparing(StoredBackup::key);

  public StoredBackup {
    contentSuffixes = List.copyOf(contentSuffixes);
  }

  public BackupIdentity identity() {
    return label.identity();
  }

  public UUID uuid() {
    return label.identity().uuid();
  }

  public UUID source() {
    return label.identity().source();
  }

  /** Whether another object holds the same snapshot, in the same state, sent against the same. */
  public boolean holdsTheSameAs(StoredBackup other) {
    return identity().equals(other.identity());
  }

  /** The objects that together hold the stream, in its order. */
  public List<ObjectKey> contentKeys() {
    return parts == null
        ? List.of(key)
        : parts.segments().stream().map(SegmentObject::key).toList();
  }

  /**
   * Whether the last component of the key is the one under which this program stores it; the prefix
   * is not known here.
   */
  public boolean hasCanonicalKey() {
    try {
      var name =
          parts == null
              ? BackupKey.encode(label.base(), identity(), label.offset(), contentSuffixes)
              : BackupKey.encodeCommit(
                  label.base(),
                  identity(),
                  label.offset(),
                  parts.attempt(),
                  parts.segments().size());
      return (parts != null || CANONICAL_SUFFIXES.contains(contentSuffixes))
          && ("/" + key.value()).endsWith("/" + name);
    } catch (IllegalArgumentException notWritable) {
      return false;
    }
  }

  /** What is to be deleted after {@link #key}, each step acknowledged before the next. */
  public List<List<ObjectKey>> deletionSteps() {
    return parts == null ? List.of() : parts.deletionSteps();
  }

  public Backup forPolicy() {
    return identity().forPolicy();
  }
}
