package org.btrfs2s3.core.btrfs;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/** {@code btrfs send} as a stream. An interrupt is noticed at the end; to stop it, close it. */
final class SendProcess extends SendStream {

  /** Twice a pipe's content. */
  private static final int BUFFER_BYTES = 128 * 1024;

  private final BtrfsProcess process;
  private final InputStream output;
  private volatile boolean closed;

  SendProcess(BtrfsProcess process) {
    this.process = process;
    this.output = new BufferedInputStream(process.output(), BUFFER_BYTES);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (closed) {
      throw new IOException("the send stream is closed");
    }
    int read = output.read(buffer, offset, length);
    if (read < 0) {
      awaitSuccess();
    }
    return read;
  }

  private void awaitSuccess() throws IOException {
    try {
      process.awaitSuccess();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      var interrupted = new InterruptedIOException("interrupted while btrfs send was ending");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  @Override
  public void close() throws BtrfsException {
    closed = true;
    process.stop();
  }
}
