package org.btrfs2s3.core.restore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
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
  private final Btrfs btrfs;
  private final Path target;
  private final RestoreListener listener;

  LocalSupplies(Btrfs btrfs, Path target, Precautions precautions, RestoreListener listener)
      throws IOException, RestoreException {
    var seal = Seal.of(precautions.signers());
    this.btrfs = btrfs;
    this.target = target;
    this.listener = listener;
    // Syncs: only then does the rest tell of every edit.
    this.fileSystem = btrfs.listFileSystem(target);
    this.leftovers = Leftovers.toLookAt(PrivateDirectory.in(target), btrfs, seal, listener);
    this.finished = PrivateDirectory.isIn(target) ? leftovers.finished() : List.of();
    this.reuse = new Reuse(btrfs, target, seal);
    this.trusted = TrustedParents.of(btrfs, precautions.trusted(), fileSystem, listener);
  }

  @Override
  public boolean isThere(StoredBackup backup, String name) {
    return reuse.whyNotRestored(backup, name) == null;
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
    if (isSendParent(backup, name)) {
      return new Supply.Restored();
    }
    return vouched.<Supply>map(Supply.Trusted::new).orElseGet(Supply.Fetched::new);
  }

  private boolean isSendParent(StoredBackup backup, String name) {
    try {
      if (!btrfs.exists(target, EntryName.of(name))) {
        return false;
      }
    } catch (BtrfsException _) {
      return false;
    }
    var reason = reuse.whyNoSendParent(backup, name);
    if (reason != null) {
      listener.on(new RestoreEvent.NotReused(name, reason));
    }
    return reason == null;
  }

  void requireTrustworthy() throws RestoreException {
    trusted.requireTrustworthy();
  }

  /** By raw names, since anything may lie in the target directory. */
  void requireFreeNames(List<RestoreMember> wanted) throws BtrfsException, RestoreException {
    for (var member : wanted) {
      var name = member.finalName();
      if (btrfs.exists(target, EntryName.of(name))) {
        throw new RestoreException(
            "%s exists already, and %s; delete or rename it, or restore into another directory"
                .formatted(
                    target.resolve(name),
                    Objects.requireNonNullElse(
                        reuse.whyNotRestored(member.backup(), name), "appeared just now")));
      }
    }
  }
}
