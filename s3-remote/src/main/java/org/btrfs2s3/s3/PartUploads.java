package org.btrfs2s3.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * The parts of one upload on their way. How many wait is bounded by the upload's memory, which they
 * give back when they are done. The first that fails for good ends the others.
 *
 * <p>{@code send} and {@code finish} belong to one thread; {@code close} may come from any.
 */
final class PartUploads implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PartUploads.class);

  /** More than four requests at once gain nothing (measured with 16 MiB parts on two cores). */
  private static final int MAX_THREADS = 4;

  private static final long CLOSE_SECONDS = 30;

  /** For parts of which only the answer is missing. */
  private static final long ARRIVAL_SECONDS = 3;

  private final S3Bucket bucket;
  private final Upload upload;
  private final ExecutorService threads;
  private final List<Future<CompletedPart>> sent = new ArrayList<>();
  private volatile @Nullable Throwable failure;
  private volatile boolean closing;

  PartUploads(S3Bucket bucket, Upload upload) {
    this.bucket = bucket;
    this.upload = upload;
    this.threads =
        Executors.newFixedThreadPool(
            MAX_THREADS, Thread.ofPlatform().name("s3-part-", 1).daemon().factory());
  }

  Upload upload() {
    return upload;
  }

  /** Takes over the part. Does not wait. */
  void send(Part part) throws RemoteException {
    int number = sent.size() + 1;
    try {
      sent.add(threads.submit(() -> transfer(number, part)));
    } catch (RejectedExecutionException e) {
      throwIfFailed();
      throw closed(e);
    }
  }

  private CompletedPart transfer(int number, Part part)
      throws RemoteException, InterruptedException {
    try {
      if (closing) {
        throw closed(null);
      }
      return bucket.uploads().uploadPart(upload, number, part);
    } catch (RemoteException | RuntimeException | Error e) {
      fail(e);
      throw e;
    } finally {
      part.release();
    }
  }

  /** What waits for its turn, or for a remote that is away, need not be waited for. */
  private synchronized void fail(Throwable first) {
    if (failure == null) {
      failure = first;
      stop();
    }
  }

  /** A task that never began would otherwise be waited for without end. */
  private void stop() {
    threads.shutdownNow().forEach(task -> ((Future<?>) task).cancel(false));
  }

  void throwIfFailed() throws RemoteException {
    switch (failure) {
      case null -> {}
      case RemoteException e -> throw e;
      case Throwable e ->
          throw new IllegalStateException("a part of " + location() + " failed oddly", e);
    }
  }

  /** Waits for all parts, and lists them by number. */
  List<CompletedPart> finish() throws RemoteException, InterruptedException {
    var parts = new ArrayList<CompletedPart>(sent.size());
    try {
      for (var part : sent) {
        parts.add(part.get());
      }
      return parts;
    } catch (CancellationException | ExecutionException e) {
      // Either one failed, or all were interrupted.
      throwIfFailed();
      throw closed(e);
    }
  }

  private RemoteException closed(@Nullable Exception cause) {
    return new RemoteException(
        Kind.REFUSED, "the upload of " + location() + " was closed while it was written", cause);
  }

  private String location() {
    return bucket.settings().location(upload.key());
  }

  /**
   * Interrupts what is on its way and waits for its end. Not at once: a part that the server has
   * received outlives the request, and the abort that follows.
   */
  @Override
  public void close() {
    closing = true;
    threads.shutdown();
    try {
      if (threads.awaitTermination(ARRIVAL_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
      stop();
      if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("parts of {} are still on their way", location());
      }
    } catch (InterruptedException e) {
      stop();
      Thread.currentThread().interrupt();
    }
  }
}
