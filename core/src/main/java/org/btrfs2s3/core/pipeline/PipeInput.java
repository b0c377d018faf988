package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import org.btrfs2s3.core.pipeline.Pipe.Chunk;
import org.jspecify.annotations.Nullable;

/** A reading end of a {@link Pipe} as a stream. */
final class PipeInput extends InputStream {

  private final Pipe.Reader reader;
  private final Runnable tookSome;
  private @Nullable Chunk chunk;
  private int position;

  /**
   * @param tookSome is told whenever some bytes were read
   */
  PipeInput(Pipe.Reader reader, Runnable tookSome) {
    this.reader = reader;
    this.tookSome = tookSome;
  }

  @Override
  public int read() throws IOException {
    Chunk current = current();
    return current == null ? -1 : current.bytes[position++] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    Chunk current = current();
    if (current == null) {
      return -1;
    }
    int count = Math.min(length, current.length - position);
    System.arraycopy(current.bytes, position, bytes, offset, count);
    position += count;
    tookSome.run();
    return count;
  }

  /** A chunk with something left to read; null at the end. */
  private @Nullable Chunk current() throws IOException {
    if (chunk != null && position < chunk.length) {
      return chunk;
    }
    position = 0;
    try {
      chunk = reader.next();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    return chunk;
  }

  static InterruptedIOException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    var exception = new InterruptedIOException("interrupted");
    exception.initCause(cause);
    return exception;
  }
}
