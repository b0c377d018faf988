package org.btrfs2s3.core.store;

import java.util.List;
import java.util.Map;

/** What became of each key of a batch: every one of them is either deleted or failed. */
public record DeleteReport(List<ObjectKey> deleted, Map<ObjectKey, RemoteException> failed) {

  public DeleteReport {
    deleted = List.copyOf(deleted);
    failed = Map.copyOf(failed);
  }
}
