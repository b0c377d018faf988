package org.btrfs2s3.core.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.SendStream;
import org.jspecify.annotations.Nullable;

/** Gives a stream to its end, or breaks off in its middle. */
final class FakeSend extends SendStream {

  private final InputStream bytes;
  private final @Nullable BtrfsException failure;
  private boolean closed;

  FakeSend(byte[] stream, @Nullable BtrfsException failure) {
    int length = failure == null ? stream.length : stream.length / 2;
    this.bytes = new ByteArrayInputStream(Arrays.copyOf(stream, length));
    this.failure = failure;
  }

  @Override
  public synchronized int read(byte[] target, int offset, int length) throws IOException {
    if (closed) {
      throw new IOException("btrfs send was ended");
    }
    int count = bytes.read(target, offset, length);
    if (count < 0 && failure != null) {
      throw failure;
    }
    return count;
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
