package org.btrfs2s3.core.update;

import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;

/**
 * What every upload of a run shares.
 *
 * @param listener may be called by several threads at once
 * @param patience for how long a remote may hold up others that get the same stream
 */
record UploadContext(
    InstantSource clock,
    ZoneId zone,
    String toolVersion,
    UpdateListener listener,
    Duration patience) {

  /** A stall of a minute is longer than any pause of a healthy connection. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  static UploadContext of(
      UpdateSetup setup, Machine machine, Duration patience, UpdateListener listener) {
    return new UploadContext(
        machine.clock(), setup.zone(), setup.toolVersion(), listener, patience);
  }
}
