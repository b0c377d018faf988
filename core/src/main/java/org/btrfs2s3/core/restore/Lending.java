package org.btrfs2s3.core.restore;

import java.nio.file.Path;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.SubvolumeInfo;

/**
 * Lets what was restored earlier, or what the user vouches for, be a send parent: by way of a
 * hidden snapshot with an identity that nothing else has.
 */
final class Lending {

  private final Btrfs btrfs;
  private final Path directory;

  /**
   * @param directory the private one
   */
  Lending(Btrfs btrfs, Path directory) {
    this.btrfs = btrfs;
    this.directory = directory;
  }

  /**
   * Lends a subvolume.
   *
   * @return its received UUID
   * @throws BtrfsException also if it is no longer what it was when this was planned, which may be
   *     hours ago
   */
  UUID lend(RestoreMember member, Path subvolume) throws BtrfsException {
    var identity = member.backup().identity();
    var id = UUID.randomUUID();
    var name = HiddenName.lent(id);
    btrfs.createSnapshot(subvolume, directory, name);
    if (!isOf(identity, btrfs.inspect(directory, name), member.supply())) {
      throw new BtrfsException(
          "cannot use "
              + subvolume
              + " as send parent: it was changed after the restore had begun; run the same command"
              + " again",
          "",
          null);
    }
    btrfs.setReceived(directory, name, id, identity.ctransid(), Seal.NO_MARK);
    return id;
  }

  private static boolean isOf(BackupIdentity identity, SubvolumeInfo snapshot, Supply supply) {
    boolean isTrusted = supply instanceof Supply.Trusted;
    if (snapshot.receivedUuid() == null) {
      return isTrusted
          && identity.uuid().equals(snapshot.parentUuid())
          && identity.ctransid().equals(snapshot.ctransid());
    }
    return identity.uuid().equals(snapshot.receivedUuid())
        && identity.ctransid().equals(snapshot.stransid())
        && (isTrusted || !snapshot.ctransid().isAfter(snapshot.rtransid()));
  }
}
