package org.btrfs2s3.core.update;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.btrfs2s3.core.pipeline.Fanout;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.store.RemoteException;

/**
 * The heap for the buffers of the uploads that are under way, however many remotes there are
 * (invariant 6). Safe for use by several threads.
 */
final class UploadHeap {

  private static final int MIB = 1 << 20;

  /** For the program itself, its listings and plans, in MiB; the launcher reckons with it too. */
  private static final int RESERVED = 96;

  /** In MiB. */
  private final int budget =
      (int)
          Math.max(
              1, Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / MIB) - RESERVED);

  private final Semaphore free = new Semaphore(budget, true);

  /**
   * Waits, first come, first served, for what the uploads of one stream need. If that is more than
   * there is, they get all of it, and so run alone.
   *
   * @param estimate bytes of the stream
   */
  Lease lease(List<RemoteUpload> uploads, long estimate) throws InterruptedException {
    long needed =
        mebibytes(Fanout.memoryBound(uploads.stream().map(RemoteUpload::encoding).toList()));
    Map<RemoteId, Integer> shares = new HashMap<>();
    for (var upload : uploads) {
      int share = share(upload, estimate);
      shares.put(upload.remote().id(), share);
      needed += share;
    }
    int held = (int) Math.min(budget, needed);
    free.acquire(held);
    return new Lease(shares, held);
  }

  /** MiB of its parts. */
  private static int share(RemoteUpload upload, long estimate) throws InterruptedException {
    try {
      return mebibytes(upload.partsMemory(estimate));
    } catch (RemoteException _) {
      return 0; // The upload runs into the same error and reports it.
    }
  }

  private static int mebibytes(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE / 2, bytes / MIB + 1);
  }

  /** What the uploads of one stream hold until it is closed. For one thread. */
  final class Lease implements AutoCloseable {

    /** MiB of the parts of each. */
    private final Map<RemoteId, Integer> shares;

    /** MiB that are held for those who did not give back, and for what they share. */
    private int held;

    private Lease(Map<RemoteId, Integer> shares, int held) {
      this.shares = shares;
      this.held = held;
    }

    /** The memory of one that left is for others, while the rest goes on, for weeks perhaps. */
    void giveBack(RemoteId remote) {
      int share = Math.min(Objects.requireNonNullElse(shares.remove(remote), 0), held);
      held -= share;
      free.release(share);
    }

    @Override
    public void close() {
      free.release(held);
      held = 0;
    }
  }
}
