package org.btrfs2s3.core.reseed;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.btrfs2s3.core.backup.Sha256;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.pipeline.Pipeline;
import org.btrfs2s3.core.pipeline.PipelineTarget;
import org.btrfs2s3.core.pipeline.RateLimit;
import org.btrfs2s3.core.pipeline.Stage;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.ObjectDetails;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.PendingObject;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.StoredObject;
import org.jspecify.annotations.Nullable;

/**
 * Copies the objects of one backup as they are. Memory: the pipes of the {@link Pipeline}, the
 * parts of one upload, and what decoding needs. For one thread.
 */
final class ObjectCopy {
  private static final int BUFFER_BYTES = 1 << 16;

  private static final PipelineTarget NOWHERE = (bytes, offset, length) -> {};

  private final ReseedSetup setup;
  private final StoredBackup backup;
  private final @Nullable ServerCopies serverCopies;
  private final @Nullable RateLimit limit;
  private final LongConsumer moved;

  /**
   * @param serverCopies null if everything is to pass through this machine
   * @param limit what all copies of the backup share; null for none
   * @param moved is told how many bytes more were copied
   */
  ObjectCopy(
      ReseedSetup setup,
      StoredBackup backup,
      @Nullable ServerCopies serverCopies,
      @Nullable RateLimit limit,
      LongConsumer moved) {
    this.setup = setup;
    this.backup = backup;
    this.serverCopies = serverCopies;
    this.limit = limit;
    this.moved = moved;
  }

  /** What is to be found out of an object on its way. */
  interface Inspection {
    /** Whether it is decoded at all. */
    boolean decodes();

    /** Takes what was decoded. */
    PipelineTarget target();

    /** All of it has passed, and was decoded if that was wanted; the copy is committed next. */
    void end(String sha256) throws IOException;
  }

  /**
   * A copy that was committed.
   *
   * @param seen whether its bytes passed through this machine
   */
  record Copied(StoredObject object, boolean seen) {}

  /** Copies an object, on the server if that is possible. */
  Copied copy(StoredObject source, Inspection inspection) throws IOException, InterruptedException {
    var metadata = CopiedMetadata.of(original(source), backup.identity());
    var copy = new NewObject(Keys.last(source.key()), metadata, source.size());
    Optional<StoredObject> onServer =
        serverCopies == null ? Optional.empty() : serverCopies.copy(source, copy, moved);
    return onServer.isPresent()
        ? new Copied(onServer.get(), false)
        : new Copied(stream(source, copy, inspection), true);
  }

  /** What an original says of itself. */
  Map<String, String> metadata(StoredObject source) throws RemoteException, InterruptedException {
    return original(source).metadata();
  }

  private ObjectDetails original(StoredObject source) throws RemoteException, InterruptedException {
    return from()
        .find(source.key())
        .orElseThrow(
            () ->
                new RemoteException(
                    RemoteException.Kind.NOT_FOUND,
                    source.key() + " vanished from " + from().location() + "; run again"));
  }

  private StoredObject stream(StoredObject source, NewObject copy, Inspection inspection)
      throws IOException, InterruptedException {
    try (var object = new BufferedInputStream(from().open(source.key(), 0), BUFFER_BYTES)) {
      List<Stage> stages =
          inspection.decodes() ? setup.from().reader().decoding(backup, object) : List.of();
      try (var pending = to().create(copy)) {
        return pass(source, object, stages, pending, inspection);
      }
    }
  }

  private StoredObject pass(
      StoredObject source,
      InputStream object,
      List<Stage> stages,
      PendingObject pending,
      Inspection inspection)
      throws IOException, InterruptedException {
    var passing = new PassingStream(object, target(pending), moved);
    boolean committed = false;
    try {
      Pipeline.run(passing, stages, inspection.decodes() ? inspection.target() : NOWHERE);
      requireLength(source, passing.count());
      inspection.end(passing.sha256());
      var copy = pending.commit();
      committed = true;
      return copy;
    } finally {
      if (!committed) {
        moved.accept(-passing.count());
      }
    }
  }

  private PipelineTarget target(PendingObject pending) {
    return limit == null ? pending::write : limit.limit(pending::write);
  }

  private static void requireLength(StoredObject source, long count) throws RemoteException {
    if (count != source.size()) {
      throw new RemoteException(
          RemoteException.Kind.INTEGRITY,
          "%s gave %d bytes, but was listed with %d".formatted(source.key(), count, source.size()));
    }
  }

  /**
   * Reads what is there already to its end, and has it looked at like an object on its way. A copy
   * that was right when it was made need not be so any more.
   */
  void readBack(StoredObject there, Inspection inspection)
      throws IOException, InterruptedException {
    try (var object = new BufferedInputStream(to().open(there.key(), 0), BUFFER_BYTES)) {
      List<Stage> stages =
          inspection.decodes() ? setup.to().reader().decoding(backup, object) : List.of();
      var passing = new PassingStream(object, NOWHERE, moved);
      boolean good = false;
      try {
        Pipeline.run(passing, stages, inspection.decodes() ? inspection.target() : NOWHERE);
        requireLength(there, passing.count());
        inspection.end(passing.sha256());
        good = true;
      } finally {
        if (!good) {
          moved.accept(-passing.count());
        }
      }
    }
  }

  /** Whether two objects have the same bytes, which are read; for small ones. */
  boolean areEqual(StoredObject source, StoredObject there)
      throws IOException, InterruptedException {
    return source.size() == there.size()
        && sha256(from(), source.key()).equals(sha256(to(), there.key()));
  }

  private static String sha256(BackupStore store, ObjectKey key)
      throws IOException, InterruptedException {
    var sum = new Sha256();
    try (var object = store.open(key, 0)) {
      Pipeline.run(object, List.of(), sum::update);
    }
    return sum.soFar();
  }

  private BackupStore from() {
    return setup.from().store();
  }

  private BackupStore to() {
    return setup.to().store();
  }
}
