package org.btrfs2s3.core.sendstream;

import java.util.UUID;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;

/**
 * What a stream's first command says that the stream is.
 *
 * @param uuid UUID of the snapshot that was sent
 * @param ctransid ctransid of the snapshot
 * @param parentUuid UUID of the snapshot that it was sent against; null for a full stream
 */
public record StreamIdentity(UUID uuid, Ctransid ctransid, @Nullable UUID parentUuid) {

  @Override
  public String toString() {
    String kind = parentUuid == null ? "full" : "differential to " + parentUuid;
    return "snapshot " + uuid + " with ctransid " + ctransid + ", " + kind;
  }
}
