package org.btrfs2s3.s3;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.btrfs2s3.core.store.RemoteException;

/**
 * The bytes of one part in chunks, which can be read as often as it takes to send them.
 *
 * <p>Filled by one thread, and then read by one at a time.
 */
final class Part {

  private final UploadMemory.Lease memory;
  private final long capacity;
  private final Runnable moved;
  private final List<byte[]> chunks = new ArrayList<>();
  private long length;

  /**
   * @param capacity bytes, not more than the lease
   * @param moved is run by whoever reads a stream of this, whenever it has got some bytes
   */
  Part(UploadMemory.Lease memory, long capacity, Runnable moved) {
    this.memory = memory;
    this.capacity = capacity;
    this.moved = moved;
  }

  long length() {
    return length;
  }

  boolean isFull() {
    return length == capacity;
  }

  /**
   * Copies as many bytes as fit into one chunk.
   *
   * @return how many, at least one unless the part is full
   */
  int write(byte[] bytes, int offset, int wanted) throws RemoteException, InterruptedException {
    int within = (int) (length % UploadMemory.CHUNK);
    if (within == 0 && !isFull()) {
      chunks.add(memory.take());
    }
    int room = (int) Math.min(UploadMemory.CHUNK - within, capacity - length);
    int count = Math.min(wanted, room);
    System.arraycopy(bytes, offset, chunks.getLast(), within, count);
    length += count;
    return count;
  }

  /** Whoever takes the bytes of a part, piece by piece. */
  interface Sink {
    void accept(byte[] bytes, int offset, int length);
  }

  void forEachChunk(Sink sink) {
    long left = length;
    for (var chunk : chunks) {
      int count = (int) Math.min(left, chunk.length);
      sink.accept(chunk, 0, count);
      left -= count;
    }
  }

  /** The bytes from the beginning. */
  InputStream newStream() {
    return new ChunkStream();
  }

  /** Gives the memory back. Nobody may read the part afterwards. */
  void release() {
    memory.give(chunks);
    chunks.clear();
    length = 0;
  }

  private final class ChunkStream extends InputStream {

    private long position;
    private long marked;

    @Override
    public int read() {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int wanted) {
      Objects.checkFromIndexSize(offset, wanted, bytes.length);
      if (wanted == 0) {
        return 0;
      }
      if (position >= length) {
        return -1;
      }
      int within = (int) (position % UploadMemory.CHUNK);
      int room = (int) Math.min(UploadMemory.CHUNK - within, length - position);
      int count = Math.min(wanted, room);
      var chunk = chunks.get((int) (position / UploadMemory.CHUNK));
      System.arraycopy(chunk, within, bytes, offset, count);
      position += count;
      moved.run();
      return count;
    }

    @Override
    public int available() {
      return (int) Math.min(length - position, Integer.MAX_VALUE);
    }

    @Override
    public boolean markSupported() {
      return true;
    }

    @Override
    public void mark(int limit) {
      marked = position;
    }

    @Override
    public void reset() {
      position = marked;
    }
  }
}
