package org.btrfs2s3.core.restore;

import java.time.Duration;

/**
 * How much may be lost by a kill or a power cut: what was received completely is made durable, and
 * so worth going on with, after this much of it, or this long. Each time costs a sync, for which
 * the next backup waits. (After a failure or an interrupt nothing is lost: it is made durable
 * then.)
 *
 * @param bytes of send streams
 */
public record Checkpoints(long bytes, Duration interval) {

  /** A sync of this much takes a disk well below a second, and is rare. */
  public static final Checkpoints USUAL = new Checkpoints(64L << 20, Duration.ofSeconds(10));

  /** After each backup. */
  public static final Checkpoints ALWAYS = new Checkpoints(0, Duration.ZERO);
}
