package org.btrfs2s3.s3;

/**
 * How many parts a remote is sent at once, whatever object they belong to. It has few when it says
 * that it is overburdened: half as many as it just had, down to one. Each part that arrives allows
 * a little more again, one more for each round of parts.
 *
 * <p>Safe for all threads.
 */
final class Congestion {

  /** More than the parts of several uploads: as long as nobody complains, it holds nobody up. */
  private static final int MOST = 16;

  // All guarded by this.
  private double limit = MOST;
  private int underWay;
  private long complaints;

  /**
   * Waits until one more part may be sent. To be closed when the part has arrived or failed.
   *
   * @throws InterruptedException also when it need not wait
   */
  synchronized Slot enter() throws InterruptedException {
    while (underWay > 0 && underWay + 1 > limit) {
      wait();
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    underWay++;
    return new Slot();
  }

  /** How often the remote has complained; a request says with it when it began. */
  synchronized long moment() {
    return complaints;
  }

  /**
   * The remote turned a request away. Those that were sent before the last complaint say nothing
   * new.
   *
   * @param begun {@link #moment} when the request was sent
   */
  synchronized void complaint(long begun) {
    if (begun == complaints) {
      double used = underWay > 0 ? Math.min(limit, underWay) : limit;
      limit = Math.max(1, used / 2);
      complaints++;
    }
  }

  /** A part arrived. */
  synchronized void success() {
    limit = Math.min(MOST, limit + 1 / limit);
    notifyAll();
  }

  /** How many parts may be under way. */
  synchronized int limit() {
    return (int) limit;
  }

  private synchronized void leave() {
    underWay--;
    notifyAll();
  }

  /** The right to send a part. */
  final class Slot implements AutoCloseable {

    private Slot() {}

    @Override
    public void close() {
      leave();
    }
  }
}
