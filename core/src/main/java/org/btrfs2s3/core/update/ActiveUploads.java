package org.btrfs2s3.core.update;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.RemoteException;

/**
 * The uploads that still share a stream. One that fails, or cannot keep up with the others, leaves
 * them, and {@link UploadOutcomes} are told; so they are of one that is committed.
 *
 * <p>Changed by the thread that runs the stream only; {@link #list} may be read by any.
 */
final class ActiveUploads {

  /** As many patiences a commit may take: parts that are in memory are yet to be sent. */
  private static final int COMMIT_PATIENCES = 10;

  private final List<RemoteUpload> active;
  private final boolean alone;
  private final Duration patience;
  private final UploadOutcomes outcomes;

  /**
   * @param patience for how long one may hold up the others
   */
  ActiveUploads(List<RemoteUpload> uploads, Duration patience, UploadOutcomes outcomes) {
    this.active = new CopyOnWriteArrayList<>(uploads);
    this.alone = uploads.size() == 1;
    this.patience = patience;
    this.outcomes = outcomes;
  }

  /** Those of each moment. */
  List<RemoteUpload> list() {
    return Collections.unmodifiableList(active);
  }

  boolean isEmpty() {
    return active.isEmpty();
  }

  /** Whether there never was another one. */
  boolean isAlone() {
    return alone;
  }

  /** For how long one may hold up the others. */
  Duration patience() {
    return patience;
  }

  /** Side by side. Those for which it fails, or takes too long, leave. */
  void onEach(SideBySide.Step step) throws InterruptedException {
    onEach(patience, step, _ -> {});
  }

  /**
   * The same.
   *
   * @param then is done here for those for which it ended well
   */
  void onEach(SideBySide.Step step, Consumer<RemoteUpload> then) throws InterruptedException {
    onEach(patience, step, then);
  }

  /** Commits an object that does not make a backup yet. */
  void storeOnEach(SideBySide.Step commit) throws InterruptedException {
    onEach(patience.multipliedBy(COMMIT_PATIENCES), commit, _ -> {});
  }

  /** Makes the backup visible, with which its upload has ended. */
  void commitOnEach(SideBySide.Step commit) throws InterruptedException {
    onEach(patience.multipliedBy(COMMIT_PATIENCES), commit, this::committed);
  }

  private void onEach(Duration atMost, SideBySide.Step step, Consumer<RemoteUpload> then)
      throws InterruptedException {
    var endings = new SideBySide(atMost).run(List.copyOf(active), step);
    endings.forEach(
        (upload, ending) -> {
          switch (ending) {
            case SideBySide.Ending.Done() -> then.accept(upload);
            case SideBySide.Ending.Failed(RemoteException cause) ->
                fail(upload, Faults.ofRemote(upload.remote().id(), cause));
            case SideBySide.Ending.Late() -> leave(upload);
          }
        });
  }

  /** The backup is whole and visible. */
  void committed(RemoteUpload upload) {
    active.remove(upload);
    outcomes.committed(upload);
  }

  /** Among others it leaves; what is permanent would not be cured by another try. */
  void fail(RemoteUpload upload, Failure failure) {
    active.remove(upload);
    if (alone || failure.kind() == Failure.Kind.REMOTE) {
      outcomes.failed(upload, failure);
    } else {
      outcomes.leftBehind(upload, failure.message());
    }
  }

  /** What they share has failed. */
  void failAll(Function<RemoteUpload, Failure> failure) {
    for (var upload : List.copyOf(active)) {
      active.remove(upload);
      outcomes.failed(upload, failure.apply(upload));
    }
  }

  /** It could not keep up. */
  void leave(RemoteUpload upload) {
    active.remove(upload);
    outcomes.leftBehind(upload, "it could not keep up, and others waited for it");
  }

  /** Nothing is pending any more on the remotes of those that ended or left. */
  void settled() {
    outcomes.settled();
  }
}
