package org.btrfs2s3.core.restore;

import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.plan.StoredBackup;
import org.btrfs2s3.core.store.StoredObject;

/** A backup on a remote with all that its key tells. */
public record RemoteBackup(StoredBackup stored, ParsedKey.Known key) {

  /** By ctime, then ctransid; the key decides between equals. */
  public static final Comparator<RemoteBackup> OLDEST_FIRST =
      Comparator.comparing((RemoteBackup backup) -> backup.key().identity().ctime())
          .thenComparing(backup -> backup.key().identity().ctransid())
          .thenComparing(backup -> backup.stored().key());

  /** Nothing if the object is no backup that this version knows. */
  public static Optional<RemoteBackup> of(StoredObject object) {
    if (BackupKey.decode(object.key().value()) instanceof ParsedKey.Known known) {
      return Optional.of(
          new RemoteBackup(
              new StoredBackup(
                  object.key(), known.identity(), object.size(), object.storageClass()),
              known));
    }
    return Optional.empty();
  }

  public UUID uuid() {
    return key.identity().uuid();
  }

  public UUID source() {
    return key.identity().source();
  }
}
