package org.btrfs2s3.core.restore;

import java.nio.file.Path;
import java.util.List;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.btrfs.SubvolumeInfo;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a subvolume that an earlier restore left may serve as send parent. It must be
 * exactly what was received: a changed one would silently give its children a wrong content.
 */
final class Reuse {

  private final Btrfs btrfs;
  private final Path target;
  private final List<SubvolumeInfo> fileSystem;
  private final Seal seal;
  private final RestoreListener listener;

  /**
   * @param fileSystem all of its subvolumes
   */
  Reuse(
      Btrfs btrfs,
      Path target,
      List<SubvolumeInfo> fileSystem,
      Seal seal,
      RestoreListener listener) {
    this.btrfs = btrfs;
    this.target = target;
    this.fileSystem = fileSystem;
    this.seal = seal;
    this.listener = listener;
  }

  boolean isPossible(StoredBackup backup, String name) {
    SubvolumeInfo info;
    try {
      info = btrfs.inspect(target, EntryName.of(name));
    } catch (BtrfsException _) {
      return false;
    }
    var reason = whyNot(backup, info);
    if (reason != null) {
      listener.on(new RestoreEvent.NotReused(name, reason));
    }
    return reason == null;
  }

  private @Nullable String whyNot(StoredBackup backup, SubvolumeInfo info) {
    var identity = backup.identity();
    if (!identity.uuid().equals(info.receivedUuid())
        || !identity.ctransid().equals(info.stransid())) {
      return "it is not a restored copy of " + identity.uuid();
    }
    if (!info.readOnly()) {
      return "it is writable";
    }
    if (seal.needsSignature()) {
      return "it does not tell who signed what it was made of";
    }
    // SET_RECEIVED_SUBVOL, the last step of a restore, notes its transaction.
    if (info.ctransid().isAfter(info.rtransid())) {
      return "it was changed after it had been restored";
    }
    boolean ambiguous =
        fileSystem.stream()
            .filter(other -> other.id() != info.id())
            .anyMatch(
                other ->
                    identity.uuid().equals(other.receivedUuid())
                        || identity.uuid().equals(other.uuid()));
    return ambiguous ? "another subvolume of the file system has the same identity" : null;
  }
}
