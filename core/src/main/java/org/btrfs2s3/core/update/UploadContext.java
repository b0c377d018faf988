package org.btrfs2s3.core.update;

import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import org.btrfs2s3.core.btrfs.Btrfs;

/**
 * What every upload of a run shares.
 *
 * @param listener may be called by several threads at once
 * @param patience for how long a remote may hold up others that get the same stream
 */
record UploadContext(
    Btrfs btrfs,
    InstantSource clock,
    ZoneId zone,
    String toolVersion,
    UpdateListener listener,
    Duration patience) {

  /** A stall of a minute is longer than any pause of a healthy connection. */
  static final Duration PATIENCE = Duration.ofSeconds(60);
}
