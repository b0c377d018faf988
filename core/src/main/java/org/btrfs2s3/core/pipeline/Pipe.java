package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A bounded buffer between one writing thread and one or several reading threads, each of which
 * reads everything. It owns at most {@link #CHUNKS} chunks, those that the threads are filling and
 * emptying included; they are made when first needed and used again and again. Readers share them,
 * and never change their bytes.
 *
 * <p>The readers see the end only after {@link #end}. A pipe that was broken off throws at all
 * ends, at once, whatever it still holds: a failure never looks like an end.
 *
 * <p>A reader holds the others up if the writer cannot go on, another reader has nothing to read,
 * and it takes no byte for the patience. The writer then names it as a laggard.
 */
final class Pipe {

  static final int CHUNK_BYTES = 1 << 20;
  static final int CHUNKS = 8;

  /** A piece of the stream; belongs to whoever took it last, or to all readers that did. */
  static final class Chunk {
    final byte[] bytes = new byte[CHUNK_BYTES];
    int length;

    // Guarded by the pipe.
    private int holders;
    private boolean forsaken;
  }

  private final long patience;
  private final LongSupplier nanoTime;
  private final Consumer<Reader> laggards;

  /** Complete before the first chunk is put. */
  private final List<Reader> readers = new ArrayList<>();

  // All guarded by this.
  private final Deque<Chunk> free = new ArrayDeque<>(CHUNKS);
  private int allocated;
  private boolean ended;
  private boolean broken;

  /**
   * @param nanoTime as {@link System#nanoTime}
   * @param laggards is told, by the writing thread, which reader holds the others up; it must make
   *     that one {@linkplain Reader#leave leave}
   */
  Pipe(Duration patience, LongSupplier nanoTime, Consumer<Reader> laggards) {
    this.patience = patience.toNanos();
    this.nanoTime = nanoTime;
    this.laggards = laggards;
  }

  /** One more reader; only before the stream flows. */
  synchronized Reader newReader() {
    var reader = new Reader();
    readers.add(reader);
    return reader;
  }

  /**
   * An empty chunk for the writer. Blocks while all readers, or one within patience, are behind.
   */
  Chunk takeFree() throws IOException, InterruptedException {
    while (true) {
      List<Reader> late;
      synchronized (this) {
        late = awaitFreeOrLate();
        if (late.isEmpty()) {
          return allocate();
        }
      }
      // Not under the lock of this pipe: others are broken off, too.
      late.forEach(laggards);
    }
  }

  private Chunk allocate() {
    if (free.isEmpty()) {
      allocated++;
      return new Chunk();
    }
    Chunk chunk = free.pop();
    chunk.length = 0;
    return chunk;
  }

  /** Returns when there is a free chunk, or room for one; or with the readers that are late. */
  private List<Reader> awaitFreeOrLate() throws IOException, InterruptedException {
    long stalled = nanoTime.getAsLong();
    while (!broken && free.isEmpty() && allocated == CHUNKS) {
      if (readers.stream().noneMatch(Reader::isStarved)) {
        wait();
        stalled = nanoTime.getAsLong();
        continue;
      }
      long now = nanoTime.getAsLong();
      long since = stalled;
      List<Reader> late = readers.stream().filter(reader -> reader.isLate(since, now)).toList();
      if (!late.isEmpty()) {
        return late;
      }
      TimeUnit.NANOSECONDS.timedWait(this, pause(since, now));
    }
    if (broken) {
      throw new BrokenPipeException();
    }
    return List.of();
  }

  /** Until the first reader may be late, in nanoseconds. */
  private long pause(long stalled, long now) {
    return readers.stream()
        .filter(reader -> !reader.gone && !reader.isStarved())
        .mapToLong(reader -> patience - reader.idle(stalled, now))
        .min()
        .orElse(patience);
  }

  synchronized void put(Chunk chunk) {
    for (Reader reader : readers) {
      if (!reader.gone) {
        reader.add(chunk);
        chunk.holders++;
      }
    }
    if (chunk.holders == 0) {
      free.push(chunk);
    }
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

  /**
   * In bytes: the pipe's chunks, and one for each reader that left while it was reading and may do
   * so still, unless all did.
   */
  long memoryBound() {
    return (CHUNKS + Math.max(0, readers.size() - 1L)) * CHUNK_BYTES;
  }

  synchronized int allocatedChunks() {
    return allocated;
  }

  /** A reading end, for one thread. */
  final class Reader {

    // All guarded by the pipe.
    private final Deque<Chunk> full = new ArrayDeque<>(CHUNKS);
    private @Nullable Chunk held;
    private boolean waiting;
    private boolean gone;

    /** When it last took something, or got something to take. */
    private volatile long active = nanoTime.getAsLong();

    private Reader() {}

    /**
     * The next chunk; null at the end. The one before is given back, and must not be used any more.
     * Blocks while the writer is behind.
     */
    @Nullable Chunk next() throws IOException, InterruptedException {
      synchronized (Pipe.this) {
        if (held != null) {
          release(held);
          held = null;
        }
        awaitFull();
        held = full.poll();
        tookSome();
        return held;
      }
    }

    private void awaitFull() throws IOException, InterruptedException {
      try {
        while (!broken && !gone && full.isEmpty() && !ended) {
          if (!waiting) {
            waiting = true;
            // The writer may be waiting, too: for others, which hold this one up from now on.
            Pipe.this.notifyAll();
          }
          Pipe.this.wait();
        }
      } finally {
        waiting = false;
      }
      if (broken || gone) {
        throw new BrokenPipeException();
      }
    }

    /** Notes that some bytes of the chunk were taken; any thread may say so. */
    void tookSome() {
      active = nanoTime.getAsLong();
    }

    /** For how long it has taken nothing, in nanoseconds. */
    long idle(long now) {
      return now - active;
    }

    /** Whether bytes that were taken should be noted more often than once a chunk. */
    boolean isOneOfMany() {
      return readers.size() > 1;
    }

    /** Breaks off this end only. What it is still reading is not used again. */
    void leave() {
      synchronized (Pipe.this) {
        if (gone) {
          return;
        }
        gone = true;
        full.forEach(this::release);
        full.clear();
        if (held != null) {
          held.forsaken = true;
          release(held);
          held = null;
        }
        Pipe.this.notifyAll();
      }
    }

    private void add(Chunk chunk) {
      if (waiting) {
        tookSome();
      }
      full.add(chunk);
    }

    private void release(Chunk chunk) {
      chunk.holders--;
      if (chunk.holders > 0) {
        return;
      }
      if (chunk.forsaken) {
        allocated--;
      } else {
        free.push(chunk);
      }
      Pipe.this.notifyAll();
    }

    private boolean isStarved() {
      return waiting && full.isEmpty() && !gone;
    }

    private boolean isLate(long stalled, long now) {
      return !gone && !isStarved() && idle(stalled, now) >= patience;
    }

    /** For how long it has taken nothing while the writer was stalled, in nanoseconds. */
    private long idle(long stalled, long now) {
      return Math.min(now - stalled, idle(now));
    }
  }
}
