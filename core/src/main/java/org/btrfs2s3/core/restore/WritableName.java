package org.btrfs2s3.core.restore;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;

/** The name of the writable snapshot of what was restored. */
final class WritableName {

  private WritableName() {}

  /** Refuses, before anything is fetched, what could not be made in the end. */
  static void require(Btrfs btrfs, Path target, RestorePlan plan, String name)
      throws BtrfsException, RestoreException {
    if (name.isEmpty()
        || name.indexOf('/') >= 0
        || name.indexOf('\0') >= 0
        || name.equals(".")
        || name.equals("..")
        || name.equals(PrivateDirectory.NAME)) {
      throw new RestoreException(
          "'" + name + "' is no name for the writable snapshot: a plain name is needed, no path");
    }
    var wanted = Stream.concat(plan.wanted().stream(), plan.there().stream()).toList();
    if (wanted.size() != 1) {
      throw new RestoreException(
          "a writable snapshot can be made of one restored subvolume only, and these would be "
              + wanted.size());
    }
    boolean isTaken =
        name.equals(wanted.getFirst().finalName()) || btrfs.exists(target, EntryName.of(name));
    if (isTaken) {
      throw new RestoreException(
          "the writable snapshot cannot be called "
              + name
              + ": "
              + target.resolve(name)
              + " exists already; choose another name");
    }
  }

  static void create(Btrfs btrfs, Path target, String restored, String name) throws BtrfsException {
    btrfs.createWritableSnapshot(target.resolve(restored), target, EntryName.of(name));
    btrfs.sync(target);
  }
}
