package org.btrfs2s3.core.btrfs;

import java.nio.file.Path;
import org.btrfs2s3.core.linux.Directory;
import org.btrfs2s3.core.linux.SystemCallException;

/**
 * Syncs by one and the same descriptor: the kernel notes for each which lost writes it knows of.
 */
final class OpenFileSystem implements WriteWatch {

  private final Path path;
  private final Directory directory;

  private OpenFileSystem(Path path, Directory directory) {
    this.path = path;
    this.directory = directory;
  }

  static OpenFileSystem of(Path path) throws SystemCallException {
    return new OpenFileSystem(path, Directory.open(path));
  }

  @Override
  public void sync() throws BtrfsException {
    try {
      directory.syncFileSystem();
    } catch (SystemCallException e) {
      throw SubvolumeAccess.failure("sync " + path, e);
    }
  }

  @Override
  public void close() {
    directory.close();
  }
}
