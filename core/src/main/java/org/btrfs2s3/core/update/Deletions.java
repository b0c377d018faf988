package org.btrfs2s3.core.update;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;

/**
 * Executes the deletions of one source, each only if its preconditions hold by what really happened
 * in this run (invariant 2): snapshots first, then backups, children before parents.
 */
final class Deletions {

  private final Btrfs btrfs;
  private final SourceSession source;
  private final RunSession session;
  private final Ledger ledger;

  Deletions(Btrfs btrfs, SourceSession source, RunSession session, Ledger ledger) {
    this.btrfs = btrfs;
    this.source = source;
    this.session = session;
    this.ledger = ledger;
  }

  /** The snapshots directory must be locked. */
  void deleteSnapshots(List<Action.Deletion> deletions) {
    delete(only(deletions, Action.DeleteSnapshot.class));
  }

  void deleteBackups(List<Action.Deletion> deletions) throws InterruptedException {
    for (var lost : only(deletions, Action.DeleteLostBackup.class)) {
      deleteLost(lost);
    }
    var backups = only(deletions, Action.DeleteBackup.class);
    var remotes = backups.stream().map(Action.DeleteBackup::remote).distinct().toList();
    for (var remote : remotes) {
      deleteBackups(remote, backups.stream().filter(d -> d.remote().equals(remote)).toList());
    }
  }

  private static <A extends Action.Deletion> List<A> only(
      List<Action.Deletion> deletions, Class<A> kind) {
    return deletions.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private void delete(List<Action.DeleteSnapshot> deletions) {
    boolean deleted = false;
    for (var deletion : deletions) {
      if (!ledger.areCommitted(deletion.after())
          || !ledger.allReadersCommitted(deletion.snapshot())) {
        ledger.skipped(deletion, "an upload that reads it did not succeed");
      } else {
        deleted |= delete(deletion);
      }
    }
    if (deleted) {
      sync(deletions.getFirst());
    }
  }

  private boolean delete(Action.DeleteSnapshot deletion) {
    try {
      var entry = source.usableEntry(deletion.snapshot());
      if (entry.isEmpty()) {
        ledger.skipped(deletion, "it is not there any more, or not as it was");
        return false;
      }
      btrfs.delete(source.setup().snapshots(), entry.get().name(), deletion.snapshot());
      ledger.done(deletion);
      return true;
    } catch (BtrfsException e) {
      ledger.failed(deletion, Faults.ofMachine(e));
      return false;
    }
  }

  /** Without a commit a deleted subvolume may be back after a power cut. */
  private void sync(Action.DeleteSnapshot deletion) {
    try {
      btrfs.sync(source.setup().snapshots());
    } catch (BtrfsException e) {
      ledger.failed(deletion, Faults.ofMachine(e));
    }
  }

  /** In batches: each holds what has no child left; a child that stays keeps its ancestors. */
  private void deleteBackups(RemoteId remote, List<Action.DeleteBackup> deletions)
      throws InterruptedException {
    if (!ledger.allCommitted(source.uuid(), remote)
        || !deletions.stream().allMatch(deletion -> ledger.areCommitted(deletion.after()))) {
      deletions.forEach(
          deletion -> ledger.skipped(deletion, "not all uploads to this remote succeeded"));
      return;
    }
    var waiting = new ArrayList<>(deletions);
    waiting.removeIf(deletion -> isReplacedInPlace(remote, deletion));
    while (!waiting.isEmpty()) {
      var ready =
          waiting.stream().filter(deletion -> isDeleted(remote, deletion.children())).toList();
      if (ready.isEmpty()) {
        waiting.forEach(deletion -> ledger.skipped(deletion, "a backup that needs it is there"));
        return;
      }
      waiting.removeAll(ready);
      deleteBatch(remote, ready);
    }
  }

  /** What this run committed has the very same key: there is nothing left to delete. */
  private boolean isReplacedInPlace(RemoteId remote, Action.DeleteBackup deletion) {
    return session.remote(remote).isCommittedHere(deletion.key());
  }

  private boolean isDeleted(RemoteId remote, Set<ObjectKey> keys) {
    return keys.stream().allMatch(key -> ledger.isDeleted(remote, key));
  }

  private void deleteBatch(RemoteId remote, List<Action.DeleteBackup> batch)
      throws InterruptedException {
    try {
      var report =
          session
              .remote(remote)
              .store()
              .delete(batch.stream().map(Action.DeleteBackup::key).toList());
      var gone = report.deleted().stream().collect(Collectors.toSet());
      for (var deletion : batch) {
        var failure = report.failed().get(deletion.key());
        if (failure != null) {
          ledger.failed(deletion, Faults.ofRemote(remote, failure));
        } else if (gone.contains(deletion.key())) {
          deleteParts(deletion);
        } else {
          ledger.failed(deletion, unanswered(remote, deletion));
        }
      }
    } catch (RemoteException e) {
      batch.forEach(deletion -> ledger.failed(deletion, Faults.ofRemote(remote, e)));
    }
  }

  /** The backup itself is gone now: what is left of it, should this fail, is garbage. */
  private void deleteParts(Action.DeleteBackup deletion) throws InterruptedException {
    try {
      SegmentRemoval.remove(session.remote(deletion.remote()), deletion.steps());
      ledger.done(deletion);
    } catch (RemoteException e) {
      ledger.failed(deletion, Faults.ofRemote(deletion.remote(), e));
    }
  }

  private void deleteLost(Action.DeleteLostBackup deletion) throws InterruptedException {
    if (!ledger.allCommitted(source.uuid(), deletion.remote())
        || !ledger.areCommitted(deletion.after())) {
      ledger.skipped(deletion, "not all uploads to this remote succeeded");
      return;
    }
    try {
      SegmentRemoval.removeAttempt(session.remote(deletion.remote()), deletion.unfinished());
      ledger.done(deletion);
    } catch (RemoteException e) {
      ledger.failed(deletion, Faults.ofRemote(deletion.remote(), e));
    }
  }

  private static Failure unanswered(RemoteId remote, Action.DeleteBackup deletion) {
    return new Failure(
        Failure.Kind.REMOTE,
        "remote " + remote + " did not say whether it deleted " + deletion.key());
  }

  /** What identifies a deletion, whatever its preconditions. */
  static Object identity(Action.Deletion deletion) {
    record Snapshot(UUID uuid) {}
    record Backup(RemoteId remote, ObjectKey key) {}
    record Lost(RemoteId remote, Attempt attempt) {}
    return switch (deletion) {
      case Action.DeleteSnapshot snapshot -> new Snapshot(snapshot.snapshot());
      case Action.DeleteBackup backup -> new Backup(backup.remote(), backup.key());
      case Action.DeleteLostBackup lost -> new Lost(lost.remote(), lost.unfinished().attempt());
    };
  }
}
