package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;

/**
 * Blocks in a read that no interrupt ends, like one from a child process, until it is closed. Its
 * end never comes.
 */
final class SlowSource extends InputStream {

  private final CountDownLatch closed = new CountDownLatch(1);

  boolean isClosed() {
    return closed.getCount() == 0;
  }

  @Override
  public int read() throws IOException {
    boolean interrupted = false;
    while (!isClosed()) {
      try {
        closed.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    throw new IOException("closed");
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return read();
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
