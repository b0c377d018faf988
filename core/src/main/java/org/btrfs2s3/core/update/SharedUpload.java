package org.btrfs2s3.core.update;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.RawHash;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.SendStream;
import org.btrfs2s3.core.pipeline.Fanout;
import org.btrfs2s3.core.pipeline.PipelineException;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.sendstream.SendStreamException;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.RemoteException;
import org.jspecify.annotations.Nullable;

/**
 * One snapshot is sent once, verified while it flows, to one remote or several, encoded, stored
 * and, after everything ended well, committed on each (invariant 1). A remote that fails or cannot
 * keep up leaves; the others go on.
 *
 * <p>The stream goes into one object, or into segments, after each of which an interrupted upload
 * can be resumed. Only an upload to a single remote resumes.
 */
final class SharedUpload {

  /** Is told as soon as it is known what became of one remote's upload. */
  interface Outcomes {

    /** The backup is whole and visible. */
    void committed(RemoteUpload upload);

    void failed(RemoteUpload upload, Failure failure);

    /** It left the others, and may be tried by itself. */
    void leftBehind(RemoteUpload upload, String reason);

    /** Nothing is pending any more on the remotes of which an outcome was told. */
    void settled();
  }

  /** An estimate of a stream that could not be measured: it may be of any length. */
  static final long UNKNOWN = 0;

  /** As many patiences a commit may take: parts that are in memory are yet to be sent. */
  private static final int COMMIT_PATIENCES = 10;

  private final UploadContext context;
  private final SourceSession source;
  private final BackupIdentity identity;
  private final UploadOptions options;
  private final long estimate;
  private final boolean alone;
  private final Outcomes outcomes;

  /** Those that are still part of it. Changed by the thread that runs it only. */
  private final List<RemoteUpload> active;

  /**
   * @param uploads of one snapshot against one send parent, with the same options; several only if
   *     none of them has anything to resume
   * @param estimate bytes of the send stream
   */
  SharedUpload(
      UploadContext context,
      SourceSession source,
      List<RemoteUpload> uploads,
      long estimate,
      Outcomes outcomes) {
    this.context = context;
    this.source = source;
    this.active = new CopyOnWriteArrayList<>(uploads);
    this.alone = uploads.size() == 1;
    this.identity = uploads.getFirst().action().identity();
    this.options = uploads.getFirst().options();
    this.estimate = estimate;
    this.outcomes = outcomes;
  }

  /**
   * Uploads. Failures are told to {@link Outcomes}.
   *
   * @param again whether this run has tried before, so that the listing does not show all that can
   *     be resumed
   */
  void run(boolean again) throws InterruptedException {
    try {
      runToItsEnd(again);
    } finally {
      outcomes.settled();
    }
  }

  private void runToItsEnd(boolean again) throws InterruptedException {
    onEach(
        upload -> {
          upload.requireAncestors();
          return upload;
        },
        (upload, _) ->
            context.listener().on(new UpdateEvent.UploadStarted(upload.action(), estimate)));
    if (active.isEmpty()) {
      return;
    }
    try {
      send(again);
    } catch (PipelineException e) {
      failAll(upload -> UploadFailures.ofPipeline(upload.remote().id(), e));
    } catch (NotStartedException e) {
      failAll(_ -> new Failure(Failure.Kind.LOCAL, String.valueOf(e.getMessage())));
    } catch (BtrfsException | SendStreamException e) {
      failAll(_ -> UploadFailures.ofSnapshot(e));
    } catch (IOException e) {
      failAll(_ -> new Failure(Failure.Kind.LOCAL, String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      // A defect: what else is to be uploaded goes on.
      failAll(_ -> new Failure(Failure.Kind.LOCAL, "unexpected failure: " + e));
    }
  }

  private void send(boolean again) throws IOException, InterruptedException {
    if (alone && resume(active.getFirst(), again)) {
      return;
    }
    var segmentBytes = segmentBytes(active.getFirst(), estimate);
    if (segmentBytes == null) {
      sendWhole();
    } else {
      sendAnew(segmentBytes);
    }
  }

  /** How many bytes of the stream go into an object; null for all of them. */
  static @Nullable Long segmentBytes(RemoteUpload upload, long estimate) {
    var limit = upload.options().segmentBytes();
    boolean mayBeLonger = limit != null && (estimate > limit || estimate == UNKNOWN);
    return mayBeLonger && upload.encoding().isSegmentable() ? limit : null;
  }

  private void sendWhole() throws IOException, InterruptedException {
    try (var stream = open(null);
        var pieces = new Pieces(false)) {
      pieces.flow(stream, Long.MAX_VALUE, upload -> upload.wholeObject(estimate));
      requireUnchanged();
      onEach(
          COMMIT_PATIENCES,
          upload -> {
            upload.commitWhole(pieces.of(upload), stream.position());
            return upload;
          },
          (upload, _) -> committed(upload));
    }
  }

  private void sendAnew(long segmentBytes) throws IOException, InterruptedException {
    var attempt = Attempt.of(ThreadLocalRandom.current().nextLong());
    onEach(
        upload -> {
          upload.warnOfOtherTool();
          return upload;
        },
        (_, _) -> {});
    try (var stream = open(new RawHash(attempt))) {
      sendSegments(stream, attempt, segmentBytes);
    }
  }

  /** Whether nothing is left to do, because it was resumed, or failed at that. */
  private boolean resume(RemoteUpload upload, boolean again)
      throws IOException, InterruptedException {
    List<ResumePoint> points;
    try {
      if (again) {
        upload.remote().list();
        if (upload.isCommitted()) {
          // The answer to a commit came too late.
          context.listener().on(new UpdateEvent.UploadRedundant(upload.action()));
          committed(upload);
          return true;
        }
      }
      points = options.segmentBytes() == null ? List.of() : new ResumeSearch(upload).find();
    } catch (RemoteException e) {
      fail(upload, UploadFailures.ofRemote(upload.remote().id(), e));
      return true;
    }
    for (var point : points) {
      if (resume(upload, point)) {
        return true;
      }
    }
    if (points.isEmpty() && !upload.remote().unfinished(identity).isEmpty()) {
      notResumed(
          upload,
          "what is stored of it was made with other settings, is damaged, or has no metadata");
    }
    return false;
  }

  private void notResumed(RemoteUpload upload, String reason) {
    context.listener().on(new UpdateEvent.UploadNotResumed(upload.action(), reason));
  }

  /** Whether the stream is the same up to there; if not, nothing was changed. */
  private boolean resume(RemoteUpload upload, ResumePoint point)
      throws IOException, InterruptedException {
    try (var stream = open(new RawHash(point.attempt()))) {
      var position = point.position();
      if (!stream.skip(position.rawOffset())
          || !stream.hashSoFar().equals(position.rawPrefixSha256())) {
        notResumed(upload, "btrfs send makes another stream of the snapshot now");
        return false;
      }
      stream.uploadBegins();
      try {
        upload.resume(point);
      } catch (RemoteException e) {
        if (e.isTransient()) {
          fail(upload, UploadFailures.ofRemote(upload.remote().id(), e));
          return true;
        }
        notResumed(upload, "what it stored cannot be replaced: " + e.getMessage());
        return false;
      }
      context
          .listener()
          .on(
              new UpdateEvent.UploadResumed(
                  upload.action(), point.before().size(), position.rawOffset()));
      sendSegments(stream, point.attempt(), position.segmentBytes());
      return true;
    }
  }

  /** From where the stream is to its end. */
  private void sendSegments(SnapshotStream stream, Attempt attempt, long segmentBytes)
      throws IOException, InterruptedException {
    do {
      var position = position(stream, segmentBytes);
      long expected = Math.min(segmentBytes, Math.max(0, estimate - position.rawOffset()));
      try (var pieces = new Pieces(true)) {
        pieces.flow(stream, segmentBytes, upload -> upload.segment(attempt, position, expected));
        long length = stream.position() - position.rawOffset();
        onEach(
            COMMIT_PATIENCES,
            upload -> {
              upload.commitSegment(pieces.of(upload), position.rawOffset(), length);
              return upload;
            },
            (_, _) -> {});
      }
      outcomes.settled();
    } while (!active.isEmpty() && !stream.isAtEnd());
    if (active.isEmpty()) {
      return;
    }
    requireUnchanged();
    var end = position(stream, segmentBytes);
    onEach(
        COMMIT_PATIENCES,
        upload -> {
          upload.commitSegments(attempt, end);
          return upload;
        },
        (upload, _) -> committed(upload));
  }

  private static SegmentPosition position(SnapshotStream stream, long segmentBytes) {
    return new SegmentPosition(stream.position(), stream.hashSoFar(), segmentBytes);
  }

  private SnapshotStream open(@Nullable RawHash hash) throws IOException {
    var entry = source.requireUsable(identity.uuid());
    var parent = identity.sendParent();
    var parentName = parent == null ? null : source.requireUsable(parent).name();
    var meter = new UploadMeter(context.listener(), context.clock(), active, estimate);
    SendStream send;
    try {
      send =
          context
              .btrfs()
              .send(source.setup().snapshots(), entry.name(), parentName, options.sendMode());
    } catch (BtrfsException e) {
      throw new NotStartedException(e);
    }
    return new SnapshotStream(
        send, new StreamIdentity(identity.uuid(), identity.ctransid(), parent), hash, meter);
  }

  /** Either may have been edited under our hands; then this stream is not of them. */
  private void requireUnchanged() throws BtrfsException {
    source.requireUsable(identity.uuid());
    var parent = identity.sendParent();
    if (parent != null) {
      source.requireUsable(parent);
    }
  }

  /** That {@code btrfs send} cannot be started is not the snapshot's fault. */
  private static final class NotStartedException extends IOException {

    private static final long serialVersionUID = 1L;

    NotStartedException(BtrfsException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private interface FailureOf {
    Failure of(RemoteUpload upload);
  }

  private void failAll(FailureOf failure) {
    for (var upload : List.copyOf(active)) {
      active.remove(upload);
      outcomes.failed(upload, failure.of(upload));
    }
  }

  private void committed(RemoteUpload upload) {
    active.remove(upload);
    outcomes.committed(upload);
  }

  /** Among others it leaves; what is permanent would not be cured by another try. */
  private void fail(RemoteUpload upload, Failure failure) {
    active.remove(upload);
    if (alone || failure.kind() == Failure.Kind.REMOTE) {
      outcomes.failed(upload, failure);
    } else {
      outcomes.leftBehind(upload, failure.message());
    }
  }

  private void leave(RemoteUpload upload) {
    active.remove(upload);
    outcomes.leftBehind(upload, "it could not keep up, and others waited for it");
  }

  /** Those for which it fails, or takes too long, leave. */
  private <T> void onEach(SideBySide.Step<T> step, BiConsumer<RemoteUpload, T> then)
      throws InterruptedException {
    onEach(1, step, then);
  }

  private <T> void onEach(int patiences, SideBySide.Step<T> step, BiConsumer<RemoteUpload, T> then)
      throws InterruptedException {
    var patience = context.patience().multipliedBy(patiences);
    var endings = new SideBySide(patience).run(List.copyOf(active), step);
    endings.forEach(
        (upload, ending) -> {
          switch (ending) {
            case SideBySide.Ending.Done<T>(T result) -> then.accept(upload, result);
            case SideBySide.Ending.Failed<T>(RemoteException cause) ->
                fail(upload, UploadFailures.ofRemote(upload.remote().id(), cause));
            case SideBySide.Ending.Late<T>() -> leave(upload);
          }
        });
  }

  private interface ObjectOf {
    NewObject of(RemoteUpload upload);
  }

  /** A piece of the stream on its way to each remote. */
  private final class Pieces implements AutoCloseable {

    private final boolean hashed;

    /** Guarded by itself, like what follows. */
    private final Map<RemoteUpload, PendingPiece> pieces = new LinkedHashMap<>();

    private boolean closed;

    Pieces(boolean hashed) {
      this.hashed = hashed;
    }

    void flow(SnapshotStream stream, long limit, ObjectOf object)
        throws PipelineException, InterruptedException {
      onEach(upload -> begin(upload, object.of(upload)), (_, _) -> {});
      var uploads = List.copyOf(active);
      if (uploads.isEmpty()) {
        return;
      }
      var branches = uploads.stream().map(this::branch).toList();
      var result = Fanout.run(stream.piece(limit), branches, context.patience());
      for (int i = 0; i < uploads.size(); i++) {
        var upload = uploads.get(i);
        switch (result.outcomes().get(i)) {
          case Fanout.Outcome.Done _ -> {}
          case Fanout.Outcome.Failed failed ->
              fail(upload, UploadFailures.ofPipeline(upload.remote().id(), failed.cause()));
          case Fanout.Outcome.LeftBehind _ -> leave(upload);
        }
      }
    }

    private Fanout.Branch branch(RemoteUpload upload) {
      var piece = of(upload);
      return new Fanout.Branch(upload.encoding(), upload.target(piece), piece::whenMoved);
    }

    private PendingPiece begin(RemoteUpload upload, NewObject object)
        throws RemoteException, InterruptedException {
      var piece = new PendingPiece(upload.store().create(object), hashed);
      synchronized (pieces) {
        if (!closed) {
          pieces.put(upload, piece);
          return piece;
        }
      }
      piece.close(); // It was late, and nobody waits for it any more.
      throw new InterruptedException();
    }

    PendingPiece of(RemoteUpload upload) {
      synchronized (pieces) {
        return Objects.requireNonNull(pieces.get(upload));
      }
    }

    /** Those of remotes that hang are left to close by themselves after a while. */
    @Override
    public void close() {
      List<PendingPiece> all;
      synchronized (pieces) {
        closed = true;
        all = List.copyOf(pieces.values());
      }
      if (all.size() == 1) {
        all.getFirst().close();
        return;
      }
      var closing = all.stream().map(p -> Thread.ofVirtual().start(p::close)).toList();
      boolean interrupted = Thread.interrupted();
      try {
        for (var thread : closing) {
          thread.join(context.patience());
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
