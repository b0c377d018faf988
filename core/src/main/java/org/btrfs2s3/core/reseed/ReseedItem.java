package org.btrfs2s3.core.reseed;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.catalog.Segments;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.ObjectKey;
import org.jspecify.annotations.Nullable;

/**
 * One backup of a plan.
 *
 * @param from the backup as the remote that is copied from has it
 * @param there what makes it {@link Way#ALREADY_THERE}; else null
 * @param others objects of the same backup there that do not count, to be tried if that one fails
 * @param documents bytes of each commit object, and of its signatures, of all these
 */
public record ReseedItem(
    StoredBackup from,
    Way way,
    @Nullable StoredBackup there,
    List<StoredBackup> others,
    Map<ObjectKey, Long> documents) {
  public ReseedItem {
    others = List.copyOf(others);
    documents = Map.copyOf(documents);
    if ((way == Way.ALREADY_THERE) != (there != null)) {
      throw new IllegalArgumentException(way + ", and there is " + there);
    }
  }

  /** The same from each object that it can be made of, the one that counts first. */
  List<ReseedItem> alternatives() {
    return Stream.concat(
            Stream.of(this),
            others.stream().map(other -> new ReseedItem(other, way, there, List.of(), documents)))
        .toList();
  }

  public BackupIdentity identity() {
    return from.identity();
  }

  /** How many objects it has there, commit object and signatures included. */
  public int objects() {
    return from.contentKeys().size() + documentsOf(from).size();
  }

  /** Bytes in all of these. */
  public long bytes() {
    return from.size()
        + documentsOf(from).stream().mapToLong(key -> documents.getOrDefault(key, 0L)).sum();
  }

  /** What a segmented backup has besides its content. */
  static List<ObjectKey> documentsOf(StoredBackup backup) {
    var parts = backup.parts();
    return parts == null
        ? List.of()
        : Stream.concat(signatures(parts), Stream.of(backup.key())).toList();
  }

  /** Of its commit object. */
  static Stream<ObjectKey> signatures(Segments parts) {
    return parts.others().stream()
        .filter(key -> BackupKey.decode(key.value()) instanceof ParsedKey.CommitSignature);
  }
}
