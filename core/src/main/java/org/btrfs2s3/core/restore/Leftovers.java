package org.btrfs2s3.core.restore;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.core.btrfs.SubvolumeInfo;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.restore.Supply.Finished;
import org.jspecify.annotations.Nullable;

/** What restores that were interrupted left in the private directory, where all is ours. */
final class Leftovers {

  private final Btrfs btrfs;
  private final Path directory;

  /** Null to look only. */
  private final @Nullable PrivateDirectory locked;

  private final Seal seal;
  private final RestoreListener listener;

  private Leftovers(
      Btrfs btrfs,
      Path directory,
      @Nullable PrivateDirectory locked,
      Seal seal,
      RestoreListener listener) {
    this.btrfs = btrfs;
    this.directory = directory;
    this.locked = locked;
    this.seal = seal;
    this.listener = listener;
  }

  static Leftovers in(PrivateDirectory locked, Btrfs btrfs, Seal seal, RestoreListener listener) {
    return new Leftovers(btrfs, locked.path(), locked, seal, listener);
  }

  /**
   * To be looked at, not to be deleted.
   *
   * @param directory the private one
   */
  static Leftovers toLookAt(Path directory, Btrfs btrfs, Seal seal, RestoreListener listener) {
    return new Leftovers(btrfs, directory, null, seal, listener);
  }

  /** Those that are known to have been complete and on disk. */
  List<SubvolumeEntry> finished() throws BtrfsException {
    return btrfs.list(directory).stream().filter(Leftovers::isFinished).toList();
  }

  /** By its name; or it has its true UUID already, which it gets only after a sync. */
  private static boolean isFinished(SubvolumeEntry entry) {
    return HiddenName.parse(entry.name())
        .filter(hidden -> hidden.done() || hidden.backup().equals(entry.info().receivedUuid()))
        .isPresent();
  }

  /**
   * The one of a backup that nobody has changed since it was finished.
   *
   * @param fileSystem all of its subvolumes
   */
  Optional<Finished> find(
      StoredBackup backup, List<SubvolumeEntry> finished, List<SubvolumeInfo> fileSystem) {
    for (var entry : finished) {
      var hidden = HiddenName.parse(entry.name()).orElseThrow();
      if (hidden.backup().equals(backup.uuid())
          && seal.equals(hidden.seal())
          && isAsReceived(backup, hidden, entry.info())
          && isOnly(hidden, entry.info(), fileSystem)) {
        return Optional.of(new Finished(entry.name(), hidden.id()));
      }
    }
    return Optional.empty();
  }

  private static boolean isAsReceived(StoredBackup backup, HiddenName hidden, SubvolumeInfo info) {
    boolean isIdentified =
        hidden.id().equals(info.receivedUuid()) || backup.uuid().equals(info.receivedUuid());
    return isIdentified
        && info.readOnly()
        && info.stransid().equals(backup.identity().ctransid())
        && !info.ctransid().isAfter(info.rtransid());
  }

  /** A read-only snapshot of it would have its identity, too, and might have been changed. */
  private static boolean isOnly(
      HiddenName hidden, SubvolumeInfo info, List<SubvolumeInfo> fileSystem) {
    return fileSystem.stream()
        .filter(other -> other.id() != info.id())
        .noneMatch(
            other -> hidden.id().equals(other.receivedUuid()) || hidden.id().equals(other.uuid()));
  }

  /** Deletes the one of this name, if it is there. */
  void delete(EntryName name) throws BtrfsException {
    delete(entry -> entry.name().equals(name));
  }

  /**
   * Deletes what cannot be gone on with.
   *
   * @return whether there was any
   */
  boolean deleteUnfinished() throws BtrfsException {
    return delete(entry -> !isFinished(entry));
  }

  /**
   * Deletes everything else.
   *
   * @return whether there was any
   */
  boolean deleteAllBut(Set<EntryName> kept) throws BtrfsException {
    return delete(entry -> !kept.contains(entry.name()));
  }

  private boolean delete(Predicate<SubvolumeEntry> chosen) throws BtrfsException {
    boolean deleted = false;
    var holder = Objects.requireNonNull(locked, "to be looked at only");
    holder.requireInPlace();
    for (var entry : btrfs.list(directory)) {
      if (chosen.test(entry)) {
        holder.requireInPlace();
        btrfs.delete(directory, entry.name(), entry.info().uuid());
        if (!HiddenName.isLent(entry.name())) {
          listener.on(new RestoreEvent.HiddenDeleted(PrivateDirectory.shown(entry.name())));
        }
        deleted = true;
      }
    }
    return deleted;
  }
}
