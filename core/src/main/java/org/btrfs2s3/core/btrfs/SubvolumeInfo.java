package org.btrfs2s3.core.btrfs;

import java.time.Instant;
import java.util.UUID;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;

/**
 * What {@code BTRFS_IOC_GET_SUBVOL_INFO} tells of a subvolume. UUIDs that are all zero in the
 * kernel are null here.
 *
 * @param id number of the subvolume's tree, unique in the file system at any one time
 * @param parentUuid the subvolume that this one is a snapshot of
 * @param receivedUuid what {@code btrfs receive} noted: the UUID of the sent snapshot
 * @param ctransid transaction of the last change of content
 * @param otransid transaction of the creation
 * @param stransid ctransid of the sent snapshot, on a received subvolume
 * @param rtransid transaction in which it was last declared to be received; with a larger ctransid
 *     it was changed since
 * @param mark what whoever declared it to be received noted beside; 0 if nothing
 * @param ctime time of the last change of content, to the nanosecond
 */
public record SubvolumeInfo(
    long id,
    UUID uuid,
    @Nullable UUID parentUuid,
    @Nullable UUID receivedUuid,
    boolean readOnly,
    Ctransid ctransid,
    Ctransid otransid,
    Ctransid stransid,
    Ctransid rtransid,
    int mark,
    Instant ctime) {

  /**
   * A snapshot that was changed after its creation; renaming and toggling read-only do not count.
   */
  public boolean changedAfterCreation() {
    return ctransid.isAfter(otransid);
  }
}
