package org.btrfs2s3.core.restore;

import org.btrfs2s3.core.store.RetrievalTier;

/**
 * How frozen objects are to be thawed.
 *
 * @param days for how long the readable copies stay
 * @param waits whether to wait until everything can be read
 */
public record ThawRequest(RetrievalTier tier, int days, boolean waits) {

  public ThawRequest {
    if (days < 1) {
      throw new IllegalArgumentException("not a number of days: " + days);
    }
  }
}
