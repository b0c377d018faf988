package org.btrfs2s3.s3;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * How far an object is that is on its way to S3, between the thread that writes it and the one that
 * closes it. Safe for use by several threads.
 */
final class PendingState {

  /** How long {@link #close} lets another thread's request come to its end. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  /** What may be done, or has been. */
  enum Phase {
    OPEN,
    /** The publishing request is or may be on its way. */
    PUBLISHING,
    PUBLISHED,
    /** Publishing failed, and nothing can appear any more. */
    FAILED,
    /** Publishing failed, but the object may be there or still appear. */
    UNDECIDED,
    CLOSED
  }

  private final String location;

  // All guarded by this.
  private Phase phase = Phase.OPEN;
  private boolean beginning;
  private @Nullable PartUploads parts;

  /**
   * @param location of the object, for messages
   */
  PendingState(String location) {
    this.location = location;
  }

  synchronized void requireOpen() throws RemoteException {
    if (phase != Phase.OPEN) {
      throw new RemoteException(
          Kind.REFUSED, "the upload of " + location + " is no longer open: " + phase);
    }
    if (parts != null) {
      parts.throwIfFailed();
    }
  }

  /** The multipart upload; null as long as none was begun. */
  synchronized @Nullable PartUploads multipart() {
    return parts;
  }

  /** The server is about to be asked for a multipart upload. */
  synchronized void beginMultipart() throws RemoteException {
    requireOpen();
    beginning = true;
  }

  /** Whether the upload was not closed meanwhile. */
  synchronized boolean adopt(PartUploads begun) {
    if (phase == Phase.OPEN) {
      parts = begun;
    }
    return phase == Phase.OPEN;
  }

  /** The server has answered, and nothing is left of what was not adopted. */
  synchronized void multipartBegun() {
    beginning = false;
    notifyAll();
  }

  synchronized void beginPublishing() throws RemoteException {
    requireOpen();
    phase = Phase.PUBLISHING;
  }

  synchronized void endPublishing(Phase outcome) {
    phase = outcome;
    notifyAll();
  }

  /**
   * Lets nothing more begin, and waits for what is under way.
   *
   * @return how far it was
   */
  synchronized Phase close() throws InterruptedException {
    long deadline = System.nanoTime() + GRACE.toNanos();
    waitWhile(() -> phase == Phase.PUBLISHING, deadline);
    var before = phase;
    if (before != Phase.PUBLISHING) {
      phase = Phase.CLOSED;
    }
    // Whoever has begun the upload drops it.
    waitWhile(() -> beginning, deadline);
    return before;
  }

  private synchronized void waitWhile(BooleanSupplier condition, long deadline)
      throws InterruptedException {
    while (condition.getAsBoolean() && System.nanoTime() < deadline) {
      // One more than the rest in milliseconds: wait(0) has no end.
      wait(Math.max(0, (deadline - System.nanoTime()) / 1_000_000) + 1);
    }
  }
}
