package org.btrfs2s3.core.restore;

import java.io.IOException;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.store.BackupStore;

/** What a remote shows that something is to be restored from. */
final class ListedBackups {

  private ListedBackups() {}

  /**
   * Lists a remote.
   *
   * @throws RestoreException if no backup was ever there: it is most likely the wrong place
   */
  static Catalog of(BackupStore store) throws IOException, RestoreException, InterruptedException {
    var objects = store.list().objects();
    var catalog = Catalog.of(objects);
    boolean isEmpty =
        catalog.backups().isEmpty()
            && catalog.damaged().isEmpty()
            && catalog.unfinished().isEmpty();
    if (isEmpty) {
      throw new RestoreException(
          "there is no backup in %s: %s; check the place, with its prefix if it has one"
              .formatted(
                  store.location(),
                  objects.isEmpty()
                      ? "nothing there has a name that begins so"
                      : "none of the %d object(s) there is one".formatted(objects.size())));
    }
    return catalog;
  }
}
