package org.btrfs2s3.core.update;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.plan.UploadId;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.ObjectKey;

/**
 * What happened in a run so far; deletions are decided by it. Safe for use by several threads; the
 * listener is called by one at a time.
 */
final class Ledger {

  private final UpdateListener listener;

  /** Guarded by this, like all that follows: the uploads of the newest plan of each source. */
  private final Map<UploadId, Action.Upload> uploads = new HashMap<>();

  private final Set<UploadId> committed = new HashSet<>();
  private final List<Action.Upload> failedUploads = new ArrayList<>();
  private final Set<ObjectOnRemote> deletedObjects = new HashSet<>();
  private final List<Failure> failures = new ArrayList<>();
  private int executed;

  private record ObjectOnRemote(RemoteId remote, ObjectKey key) {}

  Ledger(UpdateListener listener) {
    this.listener = listener;
  }

  synchronized void tell(UpdateEvent event) {
    listener.on(event);
  }

  synchronized void done(Action action) {
    executed++;
    switch (action) {
      case Action.Upload upload -> committed.add(upload.id());
      case Action.DeleteBackup deletion ->
          deletedObjects.add(new ObjectOnRemote(deletion.remote(), deletion.key()));
      case Action.CreateSnapshot _,
          Action.RenameSnapshot _,
          Action.Collection _,
          Action.DeleteLostBackup _,
          Action.DeleteSnapshot _ -> {}
    }
    listener.on(new UpdateEvent.Done(action));
  }

  synchronized void failed(Action action, Failure failure) {
    failed(failure);
    if (action instanceof Action.Upload upload) {
      failedUploads.add(upload);
    }
    listener.on(new UpdateEvent.Failed(action, failure));
  }

  synchronized void failed(Failure failure) {
    if (!failures.contains(failure)) {
      failures.add(failure);
    }
  }

  synchronized void skipped(Action action, String reason) {
    listener.on(new UpdateEvent.Skipped(action, reason));
  }

  /** What is going to be uploaded of a source, in place of what was planned before and failed. */
  synchronized void planned(UUID source, List<Action.Upload> planned) {
    uploads
        .values()
        .removeIf(upload -> upload.source().equals(source) && !committed.contains(upload.id()));
    planned.forEach(upload -> uploads.put(upload.id(), upload));
  }

  synchronized boolean isCommitted(UploadId upload) {
    return committed.contains(upload);
  }

  synchronized boolean areCommitted(Set<UploadId> all) {
    return committed.containsAll(all);
  }

  synchronized boolean isDeleted(RemoteId remote, ObjectKey key) {
    return deletedObjects.contains(new ObjectOnRemote(remote, key));
  }

  /** Whether all planned uploads of a source to a remote are committed. */
  synchronized boolean allCommitted(UUID source, RemoteId remote) {
    return uploads.values().stream()
        .filter(upload -> isOf(upload, source, remote))
        .allMatch(upload -> committed.contains(upload.id()));
  }

  /** Whether nothing failed of the uploads of a source to a remote, or something succeeded. */
  synchronized boolean isHealthy(UUID source, RemoteId remote) {
    return failedUploads.stream().noneMatch(upload -> isOf(upload, source, remote))
        || uploads.values().stream()
            .anyMatch(upload -> isOf(upload, source, remote) && committed.contains(upload.id()));
  }

  private static boolean isOf(Action.Upload upload, UUID source, RemoteId remote) {
    return upload.source().equals(source) && upload.remote().equals(remote);
  }

  /**
   * Whether all planned uploads that read a snapshot, as itself or as send parent, are committed.
   */
  synchronized boolean allReadersCommitted(UUID snapshot) {
    return uploads.values().stream()
        .filter(
            upload ->
                snapshot.equals(upload.identity().uuid())
                    || snapshot.equals(upload.identity().sendParent()))
        .allMatch(upload -> committed.contains(upload.id()));
  }

  synchronized int uploaded() {
    return committed.size();
  }

  synchronized int executed() {
    return executed;
  }

  synchronized List<Failure> failures() {
    return List.copyOf(failures);
  }
}
