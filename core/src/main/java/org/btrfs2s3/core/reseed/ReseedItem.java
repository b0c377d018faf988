package org.btrfs2s3.core.reseed;

import java.util.List;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.jspecify.annotations.Nullable;

/**
 * One backup of a plan.
 *
 * @param from the backup as the remote that is copied from has it
 * @param there what makes it {@link Way#ALREADY_THERE}; else null
 * @param others objects of the same backup there that do not count, to be tried if that one fails
 */
public record ReseedItem(
    StoredBackup from, Way way, @Nullable StoredBackup there, List<StoredBackup> others) {
  public ReseedItem {
    others = List.copyOf(others);
    if ((way == Way.ALREADY_THERE) != (there != null)) {
      throw new IllegalArgumentException(way + ", and there is " + there);
    }
  }

  /** The same from each object that it can be made of, the one that counts first. */
  List<ReseedItem> alternatives() {
    return Stream.concat(
            Stream.of(this),
            others.stream().map(other -> new ReseedItem(other, way, there, List.of())))
        .toList();
  }

  public BackupIdentity identity() {
    return from.identity();
  }

  /** How many objects it has there, commit object included. */
  public int objects() {
    return from.parts() == null ? 1 : from.contentKeys().size() + 1;
  }

  /** Bytes that are read of it. */
  public long bytes() {
    return from.size();
  }
}
