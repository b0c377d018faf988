package org.btrfs2s3.core.restore;

import java.nio.file.Path;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.btrfs.SubvolumeInfo;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a subvolume that has the final name of a backup is what an earlier restore made of
 * it, and whether it may serve as send parent: a changed one would silently give its children a
 * wrong content. Whether something else has the same identity does not matter, as nothing is
 * received against it itself.
 */
final class Reuse {

  private static final long ROOT = 0;

  private final Btrfs btrfs;
  private final Path target;
  private final Seal seal;

  Reuse(Btrfs btrfs, Path target, Seal seal) {
    this.btrfs = btrfs;
    this.target = target;
    this.seal = seal;
  }

  /** Why what has a name is not the restored backup; null if it is. */
  @Nullable String whyNotRestored(StoredBackup backup, String name) {
    SubvolumeInfo info;
    try {
      info = btrfs.inspect(target, EntryName.of(name));
    } catch (BtrfsException _) {
      return "it is no subvolume that can be looked at";
    }
    var identity = backup.identity();
    if (!identity.uuid().equals(info.receivedUuid())
        || !identity.ctransid().equals(info.stransid())) {
      return "it is not a restored copy of " + identity.uuid();
    }
    if (!info.readOnly()) {
      return "it is writable";
    }
    // SET_RECEIVED_SUBVOL, the last step before the name, notes its transaction.
    if (info.ctransid().isAfter(info.rtransid())) {
      return "it was changed after it had been restored";
    }
    return seal.needsSignature() && info.mark() != seal.mark()
        ? "it was restored without a signature by one of these keys being demanded"
        : null;
  }

  /**
   * Why it cannot be a send parent, in addition.
   *
   * <p>The owner of its root could change its flags, then its content, and then set its identity
   * anew (SETFLAGS and SET_RECEIVED_SUBVOL ask for no more than that), which nothing shows.
   */
  @Nullable String whyNoSendParent(StoredBackup backup, String name) {
    var reason = whyNotRestored(backup, name);
    if (reason != null) {
      return reason;
    }
    try {
      long owner = btrfs.owner(target, EntryName.of(name));
      return owner == ROOT
          ? null
          : "it belongs to the user " + owner + ", who can change it without a trace";
    } catch (BtrfsException e) {
      return e.getMessage();
    }
  }
}
