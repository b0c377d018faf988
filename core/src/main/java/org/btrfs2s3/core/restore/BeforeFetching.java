package org.btrfs2s3.core.restore;

import java.io.IOException;

/** What is to be seen to when it is known what will be fetched, and nothing is fetched yet. */
@FunctionalInterface
public interface BeforeFetching {

  /**
   * Sees to it.
   *
   * @throws RestoreException if nothing is to be fetched now
   */
  void prepare(RestorePlan plan) throws IOException, RestoreException, InterruptedException;
}
