package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.btrfs2s3.core.pipeline.Pipe.Chunk;
import org.jspecify.annotations.Nullable;

/**
 * The writing end of a {@link Pipe} as a stream. {@code flush} and {@code close} do nothing: chunks
 * are handed over when they are full, and only {@link #finish} ends the stream.
 */
final class PipeOutput extends OutputStream {

  private final Pipe pipe;
  private @Nullable Chunk chunk;

  PipeOutput(Pipe pipe) {
    this.pipe = pipe;
  }

  @Override
  public void write(int value) throws IOException {
    Chunk current = current();
    current.bytes[current.length++] = (byte) value;
    handOverIfFull(current);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    int done = 0;
    while (done < length) {
      Chunk current = current();
      int count = Math.min(length - done, Pipe.CHUNK_BYTES - current.length);
      System.arraycopy(bytes, offset + done, current.bytes, current.length, count);
      current.length += count;
      done += count;
      handOverIfFull(current);
    }
  }

  /** Hands over what is left and ends the stream. */
  void finish() {
    if (chunk != null) {
      pipe.put(chunk);
      chunk = null;
    }
    pipe.end();
  }

  private Chunk current() throws IOException {
    if (chunk == null) {
      try {
        chunk = pipe.takeFree();
      } catch (InterruptedException e) {
        throw PipeInput.interrupted(e);
      }
    }
    return chunk;
  }

  private void handOverIfFull(Chunk current) {
    if (current.length == Pipe.CHUNK_BYTES) {
      pipe.put(current);
      chunk = null;
    }
  }
}
