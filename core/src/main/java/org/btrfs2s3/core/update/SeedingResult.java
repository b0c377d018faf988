package org.btrfs2s3.core.update;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.plan.Action;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.Failure;

/** What a seeding made visible. For one thread at a time. */
final class SeedingResult implements UpdateListener {

  private final Map<Action.Upload, StoredBackup> committed = new LinkedHashMap<>();

  /** Somebody else had made them meanwhile. */
  private final Set<Action.Upload> redundant = new HashSet<>();

  @Override
  public void on(UpdateEvent event) {
    if (event instanceof UpdateEvent.UploadCommitted upload) {
      committed.put(upload.upload(), upload.backup());
    } else if (event instanceof UpdateEvent.UploadRedundant upload) {
      redundant.add(upload.upload());
    }
  }

  /**
   * Has each remote looked at that could be listed. What failed after it was made visible is not
   * expected there.
   *
   * @param there what needed not be uploaded
   */
  List<Failure> inspect(
      Map<RemoteId, Set<BackupIdentity>> there, Ledger ledger, Seeding.Inspection inspection)
      throws InterruptedException {
    List<Failure> failures = new ArrayList<>();
    for (var remote : there.entrySet()) {
      var id = remote.getKey();
      Set<BackupIdentity> others = new HashSet<>(remote.getValue());
      redundant.stream()
          .filter(upload -> isThere(upload, id, ledger))
          .forEach(upload -> others.add(upload.identity()));
      var uploaded =
          committed.entrySet().stream()
              .filter(upload -> isThere(upload.getKey(), id, ledger))
              .map(Map.Entry::getValue)
              .toList();
      failures.addAll(inspection.of(id, uploaded, others));
    }
    return failures;
  }

  private static boolean isThere(Action.Upload upload, RemoteId remote, Ledger ledger) {
    return upload.remote().equals(remote) && ledger.isCommitted(upload.id());
  }
}
