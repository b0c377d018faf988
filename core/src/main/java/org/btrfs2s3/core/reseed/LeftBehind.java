package org.btrfs2s3.core.reseed;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.plan.RemoteId;

/**
 * What tells of backups on a remote that are none: metadata without an object, and segments without
 * a commit object. They are not copied, and whoever thinks that all was may throw the old disk
 * away. Pure.
 */
record LeftBehind(RemoteId from, Catalog catalog) {

  /** What is to be told of whatever was asked for. */
  List<String> notes(ReseedScope scope, ReseedPlan plan) {
    List<String> notes = new ArrayList<>();
    catalog
        .traces()
        .forEach(
            backup ->
                notes.add(
                    "%s has metadata of backup %s, but no object of it: it is not copied; verify tells more"
                        .formatted(from, backup.uuid())));
    var copied = plan.items().stream().map(ReseedItem::identity).toList();
    var whole = catalog.backups().stream().map(StoredBackup::uuid).collect(Collectors.toSet());
    catalog.unfinished().stream()
        .map(UnfinishedBackup::identity)
        .distinct()
        .filter(backup -> !whole.contains(backup.uuid()) && scope.misses(backup, copied))
        .forEach(backup -> notes.add(withoutCommit(backup)));
    return notes;
  }

  private String withoutCommit(BackupIdentity backup) {
    return ("%s has segments of backup %s without a commit object: an upload that is not complete,"
            + " or a backup that has lost it, is not copied; verify tells more")
        .formatted(from, backup.uuid());
  }
}
