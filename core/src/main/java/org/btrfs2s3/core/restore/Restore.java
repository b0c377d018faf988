package org.btrfs2s3.core.restore;

import java.io.IOException;
import java.nio.file.Path;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.store.BackupStore;

/**
 * Restores backups of one remote into a directory on a btrfs file system. A subvolume appears under
 * its final name only when it is complete, checked and durable (invariant 7); until then it has a
 * hidden one, and what a run leaves hidden the next one deletes.
 */
public final class Restore {

  private final Btrfs btrfs;
  private final BackupStore store;
  private final Path target;
  private final ContentReader reader;
  private final RestoreListener listener;

  /**
   * @param reader of the same store
   */
  public Restore(
      Btrfs btrfs, BackupStore store, ContentReader reader, Path target, RestoreListener listener) {
    this.btrfs = btrfs;
    this.store = store;
    this.target = target;
    this.reader = reader;
    this.listener = listener;
  }

  /** What would be fetched. Changes nothing. */
  public RestorePlan plan(RestoreOptions options)
      throws IOException, RestoreException, InterruptedException {
    var catalog = Catalog.of(store.list().objects());
    var reuse = new Reuse(btrfs, target, listener);
    var plan =
        new RestorePlanner(catalog)
            .plan(options.selection(), options.source(), options.keepChain(), reuse::isPossible);
    requireFreeNames(plan);
    return plan;
  }

  /** By raw names, since anything may lie in the target directory. */
  private void requireFreeNames(RestorePlan plan) throws IOException, RestoreException {
    for (var member : plan.members()) {
      if (member.wanted() && btrfs.exists(target, EntryName.of(member.finalName()))) {
        throw new RestoreException(
            target.resolve(member.finalName())
                + " exists already; delete or rename it, or restore into another directory");
      }
    }
  }

  /**
   * Fetches and receives what was planned.
   *
   * @param before is asked when it is known what that is
   * @throws LockedException if another restore into the same directory is running
   */
  public RestoreReport run(RestoreOptions options, BeforeFetching before)
      throws IOException, RestoreException, LockedException, InterruptedException {
    try (var _ = RestoreLock.acquire(target)) {
      deleteHidden();
      var plan = plan(options);
      before.prepare(plan);
      try {
        var receiver = new Receiver(btrfs, reader, target);
        return new RestoreRun(btrfs, target, receiver, listener).execute(plan);
      } finally {
        // Ancestors that were needed only as send parents, and what failed half-way.
        deleteHidden();
      }
    }
  }

  private void deleteHidden() throws BtrfsException {
    for (SubvolumeEntry entry : btrfs.list(target)) {
      if (entry.name().latin1().startsWith(Receiver.HIDDEN_PREFIX)) {
        btrfs.delete(target, entry.name(), entry.info().uuid());
        listener.on(new RestoreEvent.HiddenDeleted(entry.name().toString()));
      }
    }
  }
}
