package org.btrfs2s3.core.restore;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.jspecify.annotations.Nullable;

/**
 * Has what {@code btrfs receive} writes written to disk while more of it comes, so that the sync at
 * the end, for which everything waits, finds little left to do. The kernel by itself would begin
 * only when a tenth of the memory is dirty, or after half a minute.
 *
 * <p>A sync that fails may tell of a write that was lost, of this subvolume or of one that was
 * received before, and no later one tells of it again. For one thread; the syncs have one of their
 * own, one at a time.
 */
final class WriteBehind {

  /** Writes what is buffered of a file system to disk. */
  @FunctionalInterface
  interface Sync {
    void run() throws BtrfsException;
  }

  private final Sync sync;
  private final long step;
  private long bytes;
  private @Nullable FutureTask<@Nullable Void> running;

  /**
   * @param step bytes of a send stream after which they are written
   */
  WriteBehind(Sync sync, long step) {
    this.sync = sync;
    this.step = step;
  }

  /** Says that some more bytes were received. Does not wait. */
  void received(int count) {
    bytes += count;
    if (bytes >= step && (running == null || running.state() == Future.State.SUCCESS)) {
      bytes = 0;
      running =
          new FutureTask<>(
              () -> {
                sync.run();
                return null;
              });
      Thread.ofPlatform().daemon().name("write behind").start(running);
    }
  }

  /**
   * Waits for the sync that is going on, if there is one, whatever interrupts: before, nothing can
   * be unmounted. Success does not mean that everything is on disk.
   *
   * @return why a sync failed
   */
  Optional<BtrfsException> finish() {
    boolean interrupted = false;
    while (running != null && !running.isDone()) {
      try {
        running.get();
      } catch (InterruptedException _) {
        interrupted = true;
      } catch (ExecutionException _) {
        // Told below.
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return running == null || running.state() == Future.State.SUCCESS
        ? Optional.empty()
        : Optional.of(failure(running.exceptionNow()));
  }

  private static BtrfsException failure(Throwable cause) {
    return cause instanceof BtrfsException failure
        ? failure
        : new BtrfsException("cannot sync: " + cause, "", cause);
  }
}
