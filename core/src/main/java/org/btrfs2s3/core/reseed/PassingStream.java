package org.btrfs2s3.core.reseed;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.function.LongConsumer;
import org.btrfs2s3.core.backup.Sha256;
import org.btrfs2s3.core.pipeline.PipelineTarget;

/**
 * Hands everything that is read to a target, too, in the thread that reads. Its end is that of what
 * it reads, after the target took everything.
 */
final class PassingStream extends FilterInputStream {
  private final PipelineTarget target;
  private final LongConsumer moved;
  private final Sha256 sum = new Sha256();
  private long count;

  /**
   * @param moved is told how many bytes more were passed on
   */
  PassingStream(InputStream in, PipelineTarget target, LongConsumer moved) {
    super(in);
    this.target = target;
    this.moved = moved;
  }

  /** Bytes that were passed on. */
  long count() {
    return count;
  }

  /** Their hash. */
  String sha256() {
    return sum.soFar();
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = in.read(bytes, offset, length);
    if (read > 0) {
      pass(bytes, offset, read);
    }
    return read;
  }

  private void pass(byte[] bytes, int offset, int length) throws IOException {
    try {
      target.write(bytes, offset, length);
    } catch (InterruptedException e) {
      // The caller's thread was interrupted; the pipeline says so.
      var interruption = new InterruptedIOException("interrupted while writing");
      interruption.initCause(e);
      throw interruption;
    }
    sum.update(bytes, offset, length);
    count += length;
    moved.accept(length);
  }

  @Override
  public long skip(long count) throws IOException {
    throw new IOException("what is passed on cannot be skipped");
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
