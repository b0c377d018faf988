package org.btrfs2s3.core.reseed;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;

/** What must be seen of a segmented backup in its new place, before and after it is committed. */
record Arrival(BackupStore to) {

  /**
   * All segments are listed, so that the commit object may be stored.
   *
   * @throws RemoteException if one is missing, or has another size
   */
  void requireSegments(List<CommitDocument.Segment> segments)
      throws RemoteException, InterruptedException {
    Map<ObjectKey, Long> listed = new HashMap<>();
    to.listPatiently().objects().forEach(object -> listed.put(object.key(), object.size()));
    for (var segment : segments) {
      var size = listed.get(new ObjectKey(segment.name()));
      if (size == null || size != segment.content().size()) {
        throw new RemoteException(
            RemoteException.Kind.INTEGRITY,
            "segment %s vanished from %s before the backup was complete; run again"
                .formatted(segment.name(), to.location()));
      }
    }
  }

  /**
   * The backup as it is listed.
   *
   * @param commit its commit object, which was acknowledged
   * @throws RemoteException if it is not listed as a whole backup
   */
  StoredBackup listed(ObjectKey commit) throws RemoteException, InterruptedException {
    return Catalog.of(to.listPatiently().objects()).backups().stream()
        .filter(found -> found.key().equals(commit))
        .findFirst()
        .orElseThrow(
            () ->
                new RemoteException(
                    RemoteException.Kind.INTEGRITY,
                    "%s was acknowledged, but %s does not list it as a whole backup"
                        .formatted(commit, to.location())));
  }
}
