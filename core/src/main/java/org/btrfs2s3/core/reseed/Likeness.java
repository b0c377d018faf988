package org.btrfs2s3.core.reseed;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.ObjectDetails;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;

/** Compares backups with what should be their copies by what the remotes tell of both, unread. */
record Likeness(ReseedSetup setup) {
  /**
   * That two backups have not the same bytes.
   *
   * @param words follow the name of the copy
   * @param isProven if not, its objects may only have been uploaded in other parts
   */
  record Difference(String words, boolean isProven) {}

  /** Nothing if they are alike as far as anything tells, or were not encoded alike. */
  Optional<Difference> difference(StoredBackup original, StoredBackup copy)
      throws RemoteException, InterruptedException {
    if (!Keys.last(copy.key()).equals(Keys.last(original.key()))) {
      return Optional.empty();
    }
    if (copy.size() != original.size()) {
      return Optional.of(
          new Difference(
              "has %d bytes, not %d as on %s"
                  .formatted(copy.size(), original.size(), setup.from().id()),
              true));
    }
    for (var key : objects(original)) {
      var difference =
          difference(key, original.parts() == null ? "" : "in " + Keys.last(key) + " ");
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  private static List<ObjectKey> objects(StoredBackup backup) {
    var keys = new ArrayList<>(backup.contentKeys());
    if (backup.parts() != null) {
      keys.add(backup.key());
    }
    return keys;
  }

  private Optional<Difference> difference(ObjectKey key, String where)
      throws RemoteException, InterruptedException {
    // What is gone the final check tells of.
    var there = setup.to().store().find(Keys.last(key)).map(ObjectDetails::checksum);
    if (there.isEmpty()) {
      return Optional.empty();
    }
    return setup
        .from()
        .store()
        .find(key)
        .map(ObjectDetails::checksum)
        .filter(there.get()::contradicts)
        .map(
            expected ->
                new Difference(
                    "has %sthe %s, not %s as on %s"
                        .formatted(where, there.get(), expected.value(), setup.from().id()),
                    expected.isOfBytesAlone()));
  }
}
