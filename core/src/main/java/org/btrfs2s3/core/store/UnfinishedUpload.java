package org.btrfs2s3.core.store;

import java.time.Instant;

/**
 * An upload that was begun and neither committed nor aborted: what a killed run left, or what
 * another run is writing.
 *
 * @param id the remote's name for it; no two uploads share it, not even those of one key
 * @param begun by the remote's clock
 */
public record UnfinishedUpload(ObjectKey key, String id, Instant begun) {

  public UnfinishedUpload {
    if (id.isEmpty()) {
      throw new IllegalArgumentException("unfinished upload of " + key + " without id");
    }
  }
}
