package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.io.InputStream;

/** Zeros, and then an exception. */
final class FailingSource extends InputStream {

  private final IOException failure;
  private int left;

  FailingSource(int position, IOException failure) {
    this.left = position;
    this.failure = failure;
  }

  @Override
  public int read() throws IOException {
    if (left-- == 0) {
      throw failure;
    }
    return 0;
  }

  // Not InputStream's, which swallows an exception that comes after the first byte.
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (left == 0) {
      throw failure;
    }
    int count = Math.min(length, left);
    left -= count;
    return count;
  }
}
