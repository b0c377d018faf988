package org.btrfs2s3.core.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.jspecify.annotations.Nullable;

/**
 * A thread that reads objects one after the other into at most {@link #CHUNKS} chunks, which are
 * made when first needed and used again and again. It ends at the first failure, which whoever
 * reads that object gets; never does a failure look like an end.
 */
final class Fetching {

  static final int CHUNK_BYTES = 1 << 20;
  static final int CHUNKS = 32;

  /** What the reader gets, in the order of the objects. */
  private sealed interface Piece {

    record Data(Chunk chunk) implements Piece {}

    /** Of one object. */
    record End() implements Piece {}

    record Broken(Throwable cause) implements Piece {}
  }

  /** A piece of one object; belongs to whoever took it last. */
  private static final class Chunk {
    final byte[] bytes = new byte[CHUNK_BYTES];
    int length;
  }

  private final BackupStore store;
  private final List<ObjectKey> keys;
  private final Thread thread;

  // All guarded by this.
  private final Deque<Piece> ready = new ArrayDeque<>();
  private final Deque<Chunk> free = new ArrayDeque<>(CHUNKS);
  private int allocated;
  private boolean failed;
  private boolean stopped;

  private Fetching(BackupStore store, List<ObjectKey> keys) {
    this.store = store;
    this.keys = keys;
    // A daemon: it is always stopped, but must not keep a JVM alive whose main thread died.
    this.thread = Thread.ofPlatform().daemon().name("read ahead").unstarted(this::fetch);
  }

  static Fetching start(BackupStore store, List<ObjectKey> keys) {
    var fetching = new Fetching(store, List.copyOf(keys));
    fetching.thread.start();
    return fetching;
  }

  private void fetch() {
    try {
      for (ObjectKey key : keys) {
        fetch(key);
        put(new Piece.End());
      }
    } catch (Throwable e) {
      put(new Piece.Broken(e));
    }
  }

  private void fetch(ObjectKey key) throws IOException, InterruptedException {
    try (var object = store.open(key, 0)) {
      int count;
      do {
        var chunk = takeFree();
        do {
          count = object.read(chunk.bytes, chunk.length, CHUNK_BYTES - chunk.length);
          chunk.length += Math.max(count, 0);
        } while (count >= 0 && chunk.length < CHUNK_BYTES);
        put(new Piece.Data(chunk));
      } while (count >= 0);
    }
  }

  private synchronized Chunk takeFree() throws InterruptedException {
    while (free.isEmpty() && allocated == CHUNKS && !stopped) {
      wait();
    }
    if (stopped) {
      throw new InterruptedException();
    }
    if (free.isEmpty()) {
      allocated++;
      return new Chunk();
    }
    var chunk = free.pop();
    chunk.length = 0;
    return chunk;
  }

  private synchronized void put(Piece piece) {
    failed |= piece instanceof Piece.Broken;
    ready.add(piece);
    notifyAll();
  }

  private synchronized Piece take() throws IOException, InterruptedException {
    while (ready.isEmpty() && !stopped) {
      wait();
    }
    if (stopped) {
      throw new IOException("reading was given up");
    }
    return ready.remove();
  }

  private synchronized void giveBack(Chunk chunk) {
    free.push(chunk);
    notifyAll();
  }

  /** Whether the next object can still be expected of it. */
  synchronized boolean isGoingOn() {
    return !failed && !stopped;
  }

  /** The next object; the one before was read to its end. */
  InputStream nextObject() {
    return new ObjectInput();
  }

  /** Ends the thread and every reading, and returns when it has ended. Idempotent. */
  void stop() {
    synchronized (this) {
      stopped = true;
      notifyAll();
    }
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** One object for one reader; closing it before its end stops the fetching. */
  private final class ObjectInput extends InputStream {

    private @Nullable Chunk chunk;
    private int position;
    private volatile boolean ended;

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, target.length);
      if (length == 0) {
        return 0;
      }
      var current = current();
      if (current == null) {
        return -1;
      }
      int count = Math.min(length, current.length - position);
      System.arraycopy(current.bytes, position, target, offset, count);
      position += count;
      return count;
    }

    /** Something with bytes left to read; null at the end. */
    private @Nullable Chunk current() throws IOException {
      while (!ended && (chunk == null || position == chunk.length)) {
        if (chunk != null) {
          giveBack(chunk);
          chunk = null;
        }
        position = 0;
        switch (takeNext()) {
          case Piece.Data next -> chunk = next.chunk();
          case Piece.End _ -> ended = true;
          case Piece.Broken broken -> throw failure(broken.cause());
        }
      }
      return chunk;
    }

    private Piece takeNext() throws IOException {
      try {
        return take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        var interruption = new InterruptedIOException("interrupted");
        interruption.initCause(e);
        throw interruption;
      }
    }

    private static IOException failure(Throwable cause) {
      return switch (cause) {
        case IOException failure -> failure;
        case RuntimeException defect -> throw defect;
        case Error error -> throw error;
        default -> new IOException("cannot read: " + cause, cause);
      };
    }

    @Override
    public void close() {
      if (!ended) {
        stop();
      }
    }
  }
}
