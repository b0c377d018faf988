package org.btrfs2s3.core.restore;

import java.time.Instant;
import java.util.UUID;

/** Which backups of a source to restore. Newest means: largest ctime, then largest ctransid. */
public sealed interface Selection {

  /** The newest one of each source. */
  record Latest() implements Selection {}

  /** The newest one of each source that is not after a time. */
  record At(Instant time) implements Selection {}

  /** One of any source. */
  record Snapshot(UUID uuid) implements Selection {}

  /** Every one. */
  record All() implements Selection {}
}
