package org.btrfs2s3.core.restore;

import java.time.Duration;
import java.time.Instant;
import org.btrfs2s3.core.store.RetrievalTier;
import org.jspecify.annotations.Nullable;

/** What a thaw does, as it does it. */
public sealed interface ThawEvent {

  /** The remote has accepted to thaw these. */
  record Asked(int objects, long bytes, RetrievalTier tier) implements ThawEvent {}

  /**
   * Not everything can be read yet.
   *
   * @param readable how many of the objects in cold storage can be
   * @param pause until they are looked at again
   */
  record Waiting(int readable, int objects, Duration pause) implements ThawEvent {}

  /**
   * Everything can be read.
   *
   * @param objects of them in cold storage
   * @param until when the first copy goes; null if none does, or nobody knows
   */
  record Ready(int objects, @Nullable Instant until) implements ThawEvent {}
}
