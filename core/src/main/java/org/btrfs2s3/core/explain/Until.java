package org.btrfs2s3.core.explain;

import java.time.Instant;

/** Until when something is kept. */
public sealed interface Until {

  /** It is not kept now. */
  record Expired() implements Until {}

  /** Until the next backup is made. */
  record NextBackup() implements Until {}

  /** At this time nothing keeps it any more. */
  record At(Instant time) implements Until {}

  /** It is still kept when every time span has passed that it, or what depends on it, fills. */
  record Open() implements Until {}
}
