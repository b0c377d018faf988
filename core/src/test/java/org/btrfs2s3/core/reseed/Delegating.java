package org.btrfs2s3.core.reseed;

import java.util.Collection;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.DeleteReport;
import org.btrfs2s3.core.store.ForwardingStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.UnfinishedUpload;

/** A store of a reseeding, from which nothing may be removed. */
class Delegating extends ForwardingStore {

  Delegating(BackupStore store) {
    super(store);
  }

  @Override
  public DeleteReport delete(Collection<ObjectKey> keys) {
    throw new AssertionError("a reseeding never deletes: " + keys);
  }

  @Override
  public void abort(UnfinishedUpload upload) {
    throw new AssertionError("a reseeding drops no upload of others: " + upload);
  }
}
