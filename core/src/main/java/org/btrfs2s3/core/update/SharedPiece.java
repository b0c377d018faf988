package org.btrfs2s3.core.update;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.btrfs2s3.core.pipeline.Fanout;
import org.btrfs2s3.core.pipeline.PipelineException;
import org.btrfs2s3.core.store.NewObject;
import org.btrfs2s3.core.store.RemoteException;

/**
 * A piece of a stream on its way to each remote, into one object there. Closing drops what was not
 * committed (invariant 1). For one thread, which may let others {@linkplain #of commit} at once.
 */
final class SharedPiece implements AutoCloseable {

  /** The object that a remote makes of the piece. */
  interface ObjectOf {
    NewObject of(RemoteUpload upload);
  }

  private final ActiveUploads uploads;
  private final boolean hashed;

  /** Guarded by itself, like what follows. */
  private final Map<RemoteUpload, PendingPiece> pieces = new LinkedHashMap<>();

  private boolean closed;

  /**
   * @param hashed whether the hashes of what is stored are going to be asked for
   */
  SharedPiece(ActiveUploads uploads, boolean hashed) {
    this.uploads = uploads;
    this.hashed = hashed;
  }

  /**
   * Lets the next bytes of a stream flow, encoded, to all remotes that take them; the others leave.
   *
   * @param limit how many at most
   * @throws PipelineException if the stream failed
   */
  void flow(SnapshotStream stream, long limit, ObjectOf object)
      throws PipelineException, InterruptedException {
    uploads.onEach(upload -> begin(upload, object.of(upload)));
    var receiving = List.copyOf(uploads.list());
    if (receiving.isEmpty()) {
      return;
    }
    var branches = receiving.stream().map(this::branch).toList();
    var result = Fanout.run(stream.piece(limit), branches, uploads.patience());
    for (int i = 0; i < receiving.size(); i++) {
      var upload = receiving.get(i);
      switch (result.outcomes().get(i)) {
        case Fanout.Outcome.Done _ -> {}
        case Fanout.Outcome.Failed failed ->
            uploads.fail(upload, Faults.ofPipeline(upload.remote().id(), failed.cause()));
        case Fanout.Outcome.LeftBehind _ -> uploads.leave(upload);
      }
    }
  }

  private Fanout.Branch branch(RemoteUpload upload) {
    var piece = of(upload);
    return new Fanout.Branch(upload.encoding(), upload.target(piece), piece::whenMoved);
  }

  private void begin(RemoteUpload upload, NewObject object)
      throws RemoteException, InterruptedException {
    var piece = new PendingPiece(upload.store().create(object), hashed);
    synchronized (pieces) {
      if (!closed) {
        pieces.put(upload, piece);
        return;
      }
    }
    piece.close(); // It was late, and nobody waits for it any more.
    throw new InterruptedException();
  }

  /** What is pending on one remote. */
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
        thread.join(uploads.patience());
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
