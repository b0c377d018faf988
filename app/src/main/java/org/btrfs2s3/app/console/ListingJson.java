package org.btrfs2s3.app.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import org.btrfs2s3.core.backup.BackupLabel;
import org.btrfs2s3.core.catalog.DamagedBackup;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.catalog.UnfinishedBackup;

/** What a remote holds, for scripts: the sources' backups in one array, in order of their times. */
final class ListingJson {

  private ListingJson() {}

  private record Listed(ListedSource source, StoredBackup backup) {}

  /** Adds the arrays to the object of a remote. */
  static void write(List<ListedSource> sources, ObjectNode to) {
    var backups = to.putArray("backups");
    sources.stream()
        .flatMap(source -> source.backups().stream().map(backup -> new Listed(source, backup)))
        .sorted(Comparator.comparing(Listed::backup, StoredBackup.OLDEST_FIRST))
        .forEach(listed -> backup(listed, backups.addObject()));
    var damaged = to.putArray("damaged");
    var incomplete = to.putArray("incomplete");
    for (var source : sources) {
      source.damaged().forEach(one -> damaged(one, damaged.addObject()));
      source.unfinished().forEach(one -> unfinished(source, one, incomplete.addObject()));
    }
  }

  private static void backup(Listed listed, ObjectNode to) {
    stored(listed.backup(), to);
    to.put("restorable", listed.source().isRestorable(listed.backup().uuid()))
        .put("duplicate", listed.source().isDuplicate(listed.backup()));
  }

  private static void damaged(DamagedBackup damaged, ObjectNode to) {
    stored(damaged.backup(), to);
    to.put("missing", damaged.missing());
    var first = to.putArray("missing_segments");
    damaged.first().forEach(first::add);
  }

  static void stored(StoredBackup backup, ObjectNode to) {
    to.put("key", backup.key().value());
    label(backup.label(), to);
    to.put("size", backup.size())
        .put("objects", backup.contentKeys().size())
        .put("storage_class", backup.storageClass());
    var parts = backup.parts();
    to.put("attempt", parts == null ? null : parts.attempt().id());
  }

  private static void unfinished(ListedSource source, UnfinishedBackup unfinished, ObjectNode to) {
    label(unfinished.label(), to);
    var parts = unfinished.parts();
    to.put("state", Words.identifier(source.remains(unfinished)))
        .put("attempt", parts.attempt().id())
        .put("segments", parts.segments().size())
        .put("size", parts.size())
        .put("last_written", parts.segments().isEmpty() ? null : unfinished.newest().toString());
  }

  private static void label(BackupLabel label, ObjectNode to) {
    to.put("base", label.base());
    JsonMembers.identity(label.identity(), to);
  }
}
