package org.btrfs2s3.core.restore;

import org.btrfs2s3.core.linux.Directory;
import org.btrfs2s3.core.linux.DirectoryEntry;
import org.btrfs2s3.core.linux.FileType;
import org.btrfs2s3.core.linux.SystemCallException;

/** What a stream left beside its subvolume. */
final class Litter {

  private Litter() {}

  /** Whether an entry is the root of a subvolume, or of a mounted file system. */
  static boolean isSubvolume(Directory directory, byte[] entry) throws SystemCallException {
    return directory.childId(entry).device() != directory.id().device();
  }

  /**
   * Deletes an entry and what is below it. Follows no link, and enters no subvolume: such a
   * directory is then not empty, and stays.
   */
  static void delete(Directory directory, byte[] entry) throws SystemCallException {
    if (new DirectoryEntry(directory, entry).status().type() != FileType.DIRECTORY) {
      directory.deleteChild(entry);
      return;
    }
    try (var child = directory.openChild(entry)) {
      for (byte[] inner : child.entries()) {
        if (!isSubvolume(child, inner)) {
          delete(child, inner);
        }
      }
    }
    directory.deleteChildDirectory(entry);
  }

  /** Deletes everything that is not a subvolume. */
  static void deleteAll(Directory directory) throws SystemCallException {
    for (byte[] entry : directory.entries()) {
      if (!isSubvolume(directory, entry)) {
        delete(directory, entry);
      }
    }
  }
}
