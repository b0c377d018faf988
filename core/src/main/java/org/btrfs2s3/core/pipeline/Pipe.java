package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A bounded buffer between one writing and one reading thread. It owns at most {@link #CHUNKS}
 * chunks, those that the two are filling and emptying included; they are made when first needed and
 * used again and again.
 *
 * <p>The reader sees the end only after {@link #end}. A pipe that was broken off throws at both
 * ends, at once, whatever it still holds: a failure never looks like an end.
 */
final class Pipe {

  static final int CHUNK_BYTES = 1 << 20;
  static final int CHUNKS = 16;

  /** A piece of the stream; belongs to whoever took it last. */
  static final class Chunk {
    final byte[] bytes = new byte[CHUNK_BYTES];
    int length;
  }

  // All guarded by this.
  private final Deque<Chunk> full = new ArrayDeque<>(CHUNKS);
  private final Deque<Chunk> free = new ArrayDeque<>(CHUNKS);
  private int allocated;
  private boolean ended;
  private boolean broken;

  /** An empty chunk for the writer. Blocks while the reader is behind. */
  synchronized Chunk takeFree() throws IOException, InterruptedException {
    while (!broken && free.isEmpty() && allocated == CHUNKS) {
      wait();
    }
    failIfBroken();
    if (free.isEmpty()) {
      allocated++;
      return new Chunk();
    }
    Chunk chunk = free.pop();
    chunk.length = 0;
    return chunk;
  }

  synchronized void put(Chunk chunk) {
    full.add(chunk);
    notifyAll();
  }

  /** The next chunk for the reader; null at the end. Blocks while the writer is behind. */
  synchronized @Nullable Chunk takeFull() throws IOException, InterruptedException {
    while (!broken && full.isEmpty() && !ended) {
      wait();
    }
    failIfBroken();
    return full.poll();
  }

  synchronized void recycle(Chunk chunk) {
    free.push(chunk);
    notifyAll();
  }

  /** The writer, and everything before it, ended well. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  synchronized void breakOff() {
    broken = true;
    notifyAll();
  }

  synchronized int allocatedChunks() {
    return allocated;
  }

  private void failIfBroken() throws BrokenPipeException {
    if (broken) {
      throw new BrokenPipeException();
    }
  }

  private static InterruptedIOException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    var exception = new InterruptedIOException("interrupted");
    exception.initCause(cause);
    return exception;
  }

  /** The reading end as a stream. */
  static final class Input extends InputStream {

    private final Pipe pipe;
    private @Nullable Chunk chunk;
    private int position;

    Input(Pipe pipe) {
      this.pipe = pipe;
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
      return count;
    }

    /** A chunk with something left to read; null at the end. */
    private @Nullable Chunk current() throws IOException {
      if (chunk != null && position < chunk.length) {
        return chunk;
      }
      if (chunk != null) {
        pipe.recycle(chunk);
        chunk = null;
      }
      try {
        chunk = pipe.takeFull();
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      position = 0;
      return chunk;
    }
  }

  /**
   * The writing end as a stream. {@code flush} and {@code close} do nothing: chunks are handed over
   * when they are full, and only {@link #finish} ends the stream.
   */
  static final class Output extends OutputStream {

    private final Pipe pipe;
    private @Nullable Chunk chunk;

    Output(Pipe pipe) {
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
        int count = Math.min(length - done, CHUNK_BYTES - current.length);
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
          throw interrupted(e);
        }
      }
      return chunk;
    }

    private void handOverIfFull(Chunk current) {
      if (current.length == CHUNK_BYTES) {
        pipe.put(current);
        chunk = null;
      }
    }
  }
}
