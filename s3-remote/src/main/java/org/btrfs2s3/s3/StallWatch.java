package org.btrfs2s3.s3;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.Abortable;

/**
 * Cancels requests of which no byte is moved, and those whose thread is interrupted: a thread that
 * waits for a socket notices neither by itself, and the timeout of a socket is for reading only.
 *
 * <p>A request counts while its thread waits for the server: not while the caller does something
 * else between two readings of an answer. Safe for all threads.
 */
final class StallWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StallWatch.class);

  private static final Duration INTERVAL = Duration.ofMillis(250);

  private final Duration stall;
  private final LongSupplier nanoTime;
  private final Set<Watched> waiting = ConcurrentHashMap.newKeySet();
  private final @Nullable ScheduledExecutorService timer;

  private StallWatch(
      Duration stall, LongSupplier nanoTime, @Nullable ScheduledExecutorService timer) {
    this.stall = stall;
    this.nanoTime = nanoTime;
    this.timer = timer;
  }

  /** Looks at its requests by itself, in a thread that ends when it is closed. */
  static StallWatch started(Duration stall) {
    var timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("s3-stall-watch").daemon().factory());
    var watch = new StallWatch(stall, System::nanoTime, timer);
    var _ =
        timer.scheduleWithFixedDelay(
            watch::check, INTERVAL.toNanos(), INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
    return watch;
  }

  /** Looks only when it is told to. */
  static StallWatch byHand(Duration stall, LongSupplier nanoTime) {
    return new StallWatch(stall, nanoTime, null);
  }

  /** Cancels what has stalled, or is to be interrupted. */
  void check() {
    for (var request : waiting) {
      try {
        request.check();
      } catch (RuntimeException e) {
        // The timer would never come back.
        LOG.warn("a request cannot be cancelled", e);
      }
    }
  }

  Watched watch() {
    return new Watched(stall, nanoTime, waiting);
  }

  @Override
  public void close() {
    if (timer != null) {
      timer.shutdownNow();
    }
  }

  /** What may wait for a server. */
  interface Exchange<T> {
    T run() throws IOException;
  }

  /** One request and its answer. */
  static final class Watched {

    private final Duration stall;
    private final LongSupplier nanoTime;
    private final Set<Watched> waiting;
    // All guarded by this.
    private @Nullable Abortable request;
    private @Nullable Thread thread;
    private @Nullable String cancelled;
    private long begun;
    private long lastMove;
    private boolean bodyIsOut;

    private Watched(Duration stall, LongSupplier nanoTime, Set<Watched> waiting) {
      this.stall = stall;
      this.nanoTime = nanoTime;
      this.waiting = waiting;
    }

    /** What to cancel; to be told before the first exchange. */
    synchronized void of(Abortable newRequest) {
      request = newRequest;
      begun = nanoTime.getAsLong();
    }

    /** Runs what waits for the server, in this thread. */
    <T> T during(Exchange<T> exchange) throws IOException {
      enter();
      try {
        return exchange.run();
      } catch (IOException e) {
        throw explained(e);
      } finally {
        waiting.remove(this);
      }
    }

    private synchronized void enter() {
      thread = Thread.currentThread();
      lastMove = nanoTime.getAsLong();
      waiting.add(this);
    }

    /** A byte was moved. */
    synchronized void moved() {
      lastMove = nanoTime.getAsLong();
      bodyIsOut = false;
    }

    /** The last byte of the body was moved. */
    synchronized void bodyIsOut() {
      moved();
      bodyIsOut = true;
    }

    private synchronized void check() {
      if (cancelled != null || thread == null || request == null) {
        return;
      }
      if (thread.isInterrupted()) {
        cancelled = "interrupted";
        request.abort();
      } else if (nanoTime.getAsLong() - lastMove > patience()) {
        cancelled = "no byte was moved for " + stall.toSeconds() + " s";
        request.abort();
      }
    }

    /**
     * The end of a body may still lie in the kernel when all of it was handed over. It needs at
     * most as long as the whole took, as it is the smaller part of it; so a server that is slow,
     * but steady, is not cut off.
     */
    private long patience() {
      return bodyIsOut ? Math.max(stall.toNanos(), lastMove - begun) : stall.toNanos();
    }

    private synchronized IOException explained(IOException failure) {
      if (cancelled == null) {
        return failure;
      }
      return thread != null && thread.isInterrupted()
          ? new IOException(cancelled, new InterruptedException(cancelled))
          : new StalledException(cancelled, failure);
    }
  }
}
