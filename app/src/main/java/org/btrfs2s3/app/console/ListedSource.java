package org.btrfs2s3.app.console;

import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupLabel;
import org.btrfs2s3.core.catalog.BackupSet;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.DamagedBackup;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.catalog.UnfinishedBackup;

/** What a remote holds of one source. */
final class ListedSource {

  private final UUID uuid;
  private final Catalog catalog;
  private final List<StoredBackup> backups;
  private final List<DamagedBackup> damaged;
  private final List<UnfinishedBackup> unfinished;
  private final BackupSet set;

  private ListedSource(UUID uuid, Catalog catalog) {
    this.uuid = uuid;
    this.catalog = catalog;
    this.backups =
        catalog.backups().stream()
            .filter(backup -> backup.source().equals(uuid))
            .sorted(StoredBackup.OLDEST_FIRST)
            .toList();
    this.damaged =
        catalog.damaged().stream().filter(one -> one.backup().source().equals(uuid)).toList();
    this.unfinished =
        catalog.unfinished().stream().filter(one -> one.source().equals(uuid)).toList();
    this.set = BackupSet.of(backups);
  }

  /** In the order of their UUIDs. */
  static List<ListedSource> of(Catalog catalog) {
    return Stream.of(
            catalog.backups().stream().map(StoredBackup::source),
            catalog.damaged().stream().map(one -> one.backup().source()),
            catalog.unfinished().stream().map(UnfinishedBackup::source))
        .flatMap(Function.identity())
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .map(source -> new ListedSource(source, catalog))
        .toList();
  }

  UUID uuid() {
    return uuid;
  }

  /** As its newest backup calls it. */
  String base() {
    return Stream.of(
            backups.reversed().stream().map(StoredBackup::label),
            damaged.stream().map(one -> one.backup().label()),
            unfinished.stream().map(UnfinishedBackup::label))
        .flatMap(Function.identity())
        .map(BackupLabel::base)
        .findFirst()
        .orElseThrow();
  }

  /** Committed and whole, oldest first. */
  List<StoredBackup> backups() {
    return backups;
  }

  List<DamagedBackup> damaged() {
    return damaged;
  }

  List<UnfinishedBackup> unfinished() {
    return unfinished;
  }

  /** Bytes, as stored, of the backups. */
  long size() {
    return backups.stream().mapToLong(StoredBackup::size).sum();
  }

  boolean isDuplicate(StoredBackup backup) {
    var winner = set.byUuid().get(backup.uuid());
    return winner != null && !winner.key().equals(backup.key());
  }

  boolean isRestorable(UUID backup) {
    return set.isRestorable(backup);
  }

  Remains remains(UnfinishedBackup attempt) {
    var backup = attempt.identity().uuid();
    if (attempt.isHalfDeleted()) {
      return Remains.HALF_DELETED;
    }
    if (isRestorable(backup)) {
      return Remains.SUPERSEDED;
    }
    // Nothing is ever sent against what is not committed.
    return catalog.isSendParent(uuid, backup) ? Remains.COMMIT_MISSING : Remains.INCOMPLETE;
  }
}
