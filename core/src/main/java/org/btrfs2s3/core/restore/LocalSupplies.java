package org.btrfs2s3.core.restore;

import java.nio.file.Path;
import java.util.List;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.core.btrfs.SubvolumeInfo;
import org.btrfs2s3.core.catalog.StoredBackup;

/**
 * Knows what of a chain the file system has already. What an interrupted restore received comes
 * first, then what an earlier one restored, then what the user vouches for.
 */
final class LocalSupplies implements RestorePlanner.Supplies {

  private final List<SubvolumeInfo> fileSystem;
  private final Leftovers leftovers;
  private final List<SubvolumeEntry> finished;
  private final Reuse reuse;
  private final TrustedParents trusted;
  private final RestoreListener listener;

  LocalSupplies(Btrfs btrfs, Path target, Precautions precautions, RestoreListener listener)
      throws BtrfsException, RestoreException {
    var seal = Seal.of(precautions.signers());
    this.listener = listener;
    // Syncs: only then does the rest tell of every edit.
    this.fileSystem = btrfs.listFileSystem(target);
    this.leftovers = new Leftovers(btrfs, target, seal, listener);
    this.finished = leftovers.finished();
    this.reuse = new Reuse(btrfs, target, fileSystem, seal, listener);
    this.trusted = TrustedParents.of(btrfs, precautions.trusted(), fileSystem);
  }

  @Override
  public Supply find(StoredBackup backup, String name, boolean wanted) {
    var vouched = trusted.find(backup);
    var left = leftovers.find(backup, finished, fileSystem);
    if (left.isPresent()) {
      return left.get();
    }
    if (wanted) {
      vouched.ifPresent(
          path ->
              listener.on(
                  new RestoreEvent.NotReused(path.toString(), "it is itself to be restored")));
      return new Supply.Fetched();
    }
    if (reuse.isPossible(backup, name)) {
      return new Supply.Restored();
    }
    return vouched.<Supply>map(Supply.Trusted::new).orElseGet(Supply.Fetched::new);
  }

  void requireAllTrustedMet() throws RestoreException {
    trusted.requireAllMet();
  }
}
