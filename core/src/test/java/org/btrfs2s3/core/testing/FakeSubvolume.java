package org.btrfs2s3.core.testing;

import java.time.Instant;
import java.util.TreeMap;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.SubvolumeInfo;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;

/** A subvolume of a {@link FakeBtrfs}, which guards it. */
final class FakeSubvolume {

  final long id;
  final UUID uuid;
  final @Nullable UUID parentUuid;
  final long otransid;

  /** Content of the files directly in it. */
  final TreeMap<String, byte[]> files = new TreeMap<>();

  @Nullable UUID receivedUuid;
  boolean readOnly;
  long owner;
  long ctransid;
  long stransid;
  long rtransid;
  int mark;
  Instant ctime = Instant.EPOCH;

  FakeSubvolume(long id, UUID uuid, @Nullable UUID parentUuid, long otransid) {
    this.id = id;
    this.uuid = uuid;
    this.parentUuid = parentUuid;
    this.otransid = otransid;
    this.ctransid = otransid;
  }

  SubvolumeInfo info() {
    return new SubvolumeInfo(
        id,
        uuid,
        parentUuid,
        receivedUuid,
        readOnly,
        Ctransid.ofKernel(ctransid),
        Ctransid.ofKernel(otransid),
        Ctransid.ofKernel(stransid),
        Ctransid.ofKernel(rtransid),
        mark,
        ctime);
  }
}
