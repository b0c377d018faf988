package org.btrfs2s3.core.restore;

import java.time.Duration;

/**
 * How much may be lost by a kill or a power cut: what was received completely is made durable, and
 * so worth going on with, after this much of it, or this long. Each time costs a sync, for which
 * the next backup waits. (After a failure or an interrupt nothing is lost: it is made durable
 * then.)
 *
 * @param bytes of send streams
 * @param writeBehind bytes of one send stream after which they are written to disk while more of it
 *     comes ({@link WriteBehind}); no more than time is lost without
 */
public record Checkpoints(long bytes, Duration interval, long writeBehind) {

  /** A sync of this much takes a disk seconds at most, and is rare. */
  public static final Checkpoints USUAL =
      new Checkpoints(64L << 20, Duration.ofSeconds(10), 256L << 20);

  /** After each backup, and after each piece of one. */
  public static final Checkpoints ALWAYS = new Checkpoints(0, Duration.ZERO, 1);
}
