package org.btrfs2s3.core.plan;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.UnfinishedUpload;
import org.btrfs2s3.policy.Flag;
import org.btrfs2s3.policy.Reason;
import org.jspecify.annotations.Nullable;

/** One step of a plan: ids only, no handles. An interpreter executes it. */
public sealed interface Action {

  /** UUID of the source. */
  UUID source();

  /** The source changed after its newest snapshot. */
  record CreateSnapshot(UUID source) implements Action {}

  /** Gives a kept snapshot its final name, before anything is sent from it. */
  record RenameSnapshot(UUID source, UUID snapshot, String from, String to) implements Action {}

  /**
   * Sends a snapshot to a remote.
   *
   * @param identity of the backup that results
   * @param after the upload of its send parent, which must be committed first; null if the parent
   *     is there already, or if it has none
   */
  record Upload(
      UUID source,
      RemoteId remote,
      BackupIdentity identity,
      @Nullable UploadId after,
      Set<Reason> reasons,
      Set<Flag> flags)
      implements Action {

    public Upload {
      reasons = Set.copyOf(reasons);
      flags = Set.copyOf(flags);
    }

    public UploadId id() {
      return new UploadId(remote, identity.uuid());
    }
  }

  /** Removes what an interrupted run left on a remote, and that is no backup. */
  sealed interface Collection extends Action {

    RemoteId remote();
  }

  /**
   * Drops an upload that was begun and never committed.
   *
   * @param upload as the remote knows it
   */
  record AbortUpload(UUID source, RemoteId remote, UnfinishedUpload upload) implements Collection {}

  /** Removes the segments of an attempt that nothing is going to finish. */
  record CollectSegments(UUID source, RemoteId remote, UnfinishedBackup unfinished)
      implements Collection {}

  /** Something that cannot be undone, with what must have happened before (invariant 2). */
  sealed interface Deletion extends Action {

    /** Uploads of this run that must be committed first. */
    Set<UploadId> after();
  }

  /** Deletes a snapshot, after every upload that reads it. */
  record DeleteSnapshot(UUID source, UUID snapshot, String name, Set<UploadId> after)
      implements Deletion {

    public DeleteSnapshot {
      after = Set.copyOf(after);
    }
  }

  /**
   * Deletes old segments without commit object, which may be all that is left of a backup.
   *
   * @param after as of {@link DeleteBackup}
   */
  record DeleteLostBackup(
      UUID source, RemoteId remote, UnfinishedBackup unfinished, Set<UploadId> after)
      implements Deletion {

    public DeleteLostBackup {
      after = Set.copyOf(after);
    }
  }

  /**
   * Deletes a backup, after all uploads of its source to this remote.
   *
   * @param key of its only object, or of its commit object
   * @param steps what is deleted after {@code key}, each step acknowledged before the next
   * @param children backups sent against it, which must be gone first
   * @param cause why it goes
   */
  record DeleteBackup(
      UUID source,
      RemoteId remote,
      ObjectKey key,
      List<List<ObjectKey>> steps,
      UUID backup,
      Set<UploadId> after,
      Set<ObjectKey> children,
      Cause cause)
      implements Deletion {

    /** Why a backup is deleted. */
    public enum Cause {
      /** The policy does not preserve it any more. */
      EXPIRED,
      /** It cannot be restored, and the same snapshot was uploaded anew. */
      REPLACED,
      /** The same snapshot has a whole backup beside it. */
      DUPLICATE,
      /** It cannot be restored, and nothing is left from which it could be made anew. */
      IRREPARABLE
    }

    public DeleteBackup {
      steps = steps.stream().map(List::copyOf).toList();
      after = Set.copyOf(after);
      children = Set.copyOf(children);
    }
  }
}
