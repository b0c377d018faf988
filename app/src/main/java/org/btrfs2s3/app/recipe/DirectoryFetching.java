package org.btrfs2s3.app.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.DirectoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;

/** With cat. */
record DirectoryFetching(Path directory) implements Fetching {

  @Override
  public List<String> command(StoredBackup backup, ObjectKey key) throws IOException {
    var file =
        DirectoryStore.fileOf(directory, key)
            .orElseThrow(
                () ->
                    new RemoteException(
                        RemoteException.Kind.NOT_FOUND,
                        "there is no object " + key + " in " + directory));
    return List.of("cat", file.toString());
  }

  @Override
  public List<String> needs() {
    return List.of("the directory " + directory);
  }
}
