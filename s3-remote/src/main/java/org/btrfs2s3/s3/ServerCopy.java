package org.btrfs2s3.s3;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.btrfs2s3.core.store.StoredObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Has the server copy one object: in one request if it is small, else part by part, several at
 * once. It is published as every other object is ({@link Commit}). Needs no memory for its bytes.
 */
final class ServerCopy {
  private static final Logger LOG = LoggerFactory.getLogger(ServerCopy.class);

  /** The program may be about to end; what is left of the upload then, a later run removes. */
  private static final Duration ABORT_PATIENCE = Duration.ofSeconds(30);

  private static final int AT_ONCE = 4;
  private static final long MIB = 1L << 20;

  private final S3Bucket target;
  private final KeyLookup lookup;
  private final CopySource source;
  private final NewObject object;
  private final long size;
  private final long partSize;
  private final LongConsumer moved;
  private final String uploadId = UUID.randomUUID().toString();
  private final Map<String, String> metadata;

  private ServerCopy(
      S3Bucket target,
      KeyLookup lookup,
      CopySource source,
      NewObject object,
      long size,
      long partSize,
      LongConsumer moved) {
    this.target = target;
    this.lookup = lookup;
    this.source = source;
    this.object = object;
    this.size = size;
    this.partSize = partSize;
    this.moved = moved;
    this.metadata = new HashMap<>(object.metadata());
    this.metadata.put(Commit.UPLOAD_ID, uploadId);
  }

  /**
   * Copies an object.
   *
   * @param listed as the listing of its bucket showed it
   * @param partSize bytes of a part, and of the largest object that is copied in one request; more
   *     where that would be too many
   */
  static StoredObject run(
      S3Bucket from,
      StoredObject listed,
      S3Bucket target,
      KeyLookup lookup,
      NewObject object,
      long partSize,
      LongConsumer moved)
      throws RemoteException, InterruptedException {
    var source = source(from, listed);
    long parts = target.provider().maxParts();
    long needed = Math.ceilDiv(Math.ceilDiv(listed.size(), parts), MIB) * MIB;
    return new ServerCopy(
            target, lookup, source, object, listed.size(), Math.max(partSize, needed), moved)
        .run();
  }

  /** As it is now, which must be as it was listed. */
  private static CopySource source(S3Bucket from, StoredObject listed)
      throws RemoteException, InterruptedException {
    var location = from.settings().location(listed.key());
    var head =
        from.head(listed.key())
            .orElseThrow(
                () -> new RemoteException(Kind.NOT_FOUND, "there is no object " + location));
    if (head.contentLength() != listed.size()) {
      throw new RemoteException(
          Kind.INTEGRITY,
          "%s has %d bytes, but was listed with %d"
              .formatted(location, head.contentLength(), listed.size()));
    }
    return new CopySource(
        from.settings().bucket(), from.settings().fullKey(listed.key()), head.eTag());
  }

  private StoredObject run() throws RemoteException, InterruptedException {
    var absentAt = lookup.requireAbsent(object.key());
    var commit = new Commit(target, lookup, object.key(), uploadId, size, absentAt, false);
    if (size <= partSize) {
      var copy = commit.publish(new Publication.Copy(object.key(), metadata, source));
      moved.accept(size);
      return copy;
    }
    var upload = Unbroken.send(() -> target.uploads().createCopy(object.key(), metadata));
    boolean published = false;
    try {
      var copy = commit.publish(new Publication.CopiedParts(upload, copyParts(upload)));
      published = true;
      return copy;
    } finally {
      if (!published) {
        drop(upload, commit.undecided());
      }
    }
  }

  private List<CompletedPart> copyParts(Upload upload)
      throws RemoteException, InterruptedException {
    List<Future<CompletedPart>> futures = new ArrayList<>();
    try (var threads =
        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().name("s3-copy-", 1).factory())) {
      try {
        for (long offset = 0; offset < size; offset += partSize) {
          futures.add(submit(threads, upload, futures.size() + 1, offset));
        }
        List<CompletedPart> parts = new ArrayList<>();
        for (var future : futures) {
          parts.add(future.get());
        }
        return parts;
      } catch (ExecutionException e) {
        throw failure(e);
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private Future<CompletedPart> submit(
      ExecutorService threads, Upload upload, int number, long offset) {
    long end = Math.min(offset + partSize, size);
    return threads.submit(
        () -> {
          var part = target.uploads().copyPart(upload, number, source, offset, end - 1);
          moved.accept(end - offset);
          return part;
        });
  }

  private static RemoteException failure(ExecutionException e) throws InterruptedException {
    return switch (e.getCause()) {
      case RemoteException remote -> remote;
      case InterruptedException interruption -> throw interruption;
      case RuntimeException defect -> throw defect;
      case null, default -> throw new IllegalStateException("copying a part failed", e.getCause());
    };
  }

  private void drop(Upload upload, boolean undecided) {
    if (undecided) {
      LOG.warn(
          "upload {} of {} is left as it is, because it may have been published",
          upload.id(),
          target.settings().location(upload.key()));
      return;
    }
    // An interrupted thread could not send the abort.
    boolean interrupted = Thread.interrupted();
    try {
      new UploadRemoval(target, ABORT_PATIENCE).remove(upload);
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (RemoteException e) {
      LOG.warn(
          "the unfinished upload of {} could not be removed and may cost storage: {}",
          target.settings().location(upload.key()),
          e.getMessage());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
