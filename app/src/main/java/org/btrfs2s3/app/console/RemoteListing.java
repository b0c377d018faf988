package org.btrfs2s3.app.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.Chain;
import org.btrfs2s3.core.catalog.BackupSet;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.Listing;

/** What a remote holds, by its listing alone. */
public final class RemoteListing {

  private final String id;
  private final String location;
  private final List<StoredBackup> backups;
  private final Catalog catalog;

  public RemoteListing(String id, String location, Listing listing) {
    this.id = id;
    this.location = location;
    this.catalog = Catalog.of(listing.objects());
    this.backups = catalog.backups().stream().sorted(StoredBackup.OLDEST_FIRST).toList();
  }

  /** As trees, one for each full backup. */
  public List<String> lines(ZoneId zone) {
    List<String> lines = new ArrayList<>();
    lines.add("remote %s (%s)".formatted(id, location));
    bySource()
        .forEach(
            (source, ofSource) -> {
              lines.add(
                  "  source %s (%s), %d backup(s), %s"
                      .formatted(
                          ofSource.getLast().label().base(),
                          source,
                          ofSource.size(),
                          Bytes.format(size(ofSource))));
              tree(ofSource, zone).forEach(line -> lines.add("    " + line));
            });
    if (backups.isEmpty()) {
      lines.add("  no backups");
    }
    for (var damaged : catalog.damaged()) {
      lines.add(
          "  damaged: %s  %d of %d segment(s) are gone"
              .formatted(
                  text(damaged.backup(), zone),
                  damaged.missing().size(),
                  damaged.missing().size() + damaged.backup().contentKeys().size()));
    }
    for (var unfinished : catalog.unfinished()) {
      lines.add(
          "  incomplete: %s  %s  %s  %d segment(s), %s, no backup yet"
              .formatted(
                  Words.time(unfinished.identity().ctime(), zone),
                  kind(unfinished.identity()),
                  unfinished.identity().uuid(),
                  unfinished.parts().segments().size(),
                  Bytes.format(unfinished.parts().size())));
    }
    if (catalog.foreignObjects() > 0) {
      lines.add("  %d other object(s), left alone".formatted(catalog.foreignObjects()));
    }
    return lines;
  }

  /** As JSON; sizes in bytes, times in UTC. */
  public void write(ObjectNode to) {
    to.put("id", id).put("location", location).put("other_objects", catalog.foreignObjects());
    var array = to.putArray("backups");
    var sets = sets();
    for (var backup : backups) {
      var identity = backup.identity();
      var parent = identity.sendParent();
      array
          .addObject()
          .put("key", backup.key().value())
          .put("base", backup.label().base())
          .put("uuid", identity.uuid().toString())
          .put("source", identity.source().toString())
          .put("send_parent", parent == null ? null : parent.toString())
          .put("ctransid", identity.ctransid().value())
          .put("ctime", identity.ctime().toString())
          .put("size", backup.size())
          .put("objects", backup.contentKeys().size())
          .put("storage_class", backup.storageClass())
          .put("restorable", set(sets, backup).isRestorable(identity.uuid()))
          .put("duplicate", set(sets, backup).isDuplicate(backup));
    }
    var damaged = to.putArray("damaged");
    for (var one : catalog.damaged()) {
      var node = damaged.addObject();
      node.put("key", one.backup().key().value()).put("uuid", one.backup().uuid().toString());
      var missing = node.putArray("missing_segments");
      one.missing().forEach(missing::add);
    }
    var incomplete = to.putArray("incomplete");
    for (var one : catalog.unfinished()) {
      incomplete
          .addObject()
          .put("uuid", one.identity().uuid().toString())
          .put("source", one.source().toString())
          .put("attempt", one.attempt().id())
          .put("ctime", one.identity().ctime().toString())
          .put("segments", one.parts().segments().size())
          .put("size", one.parts().size());
    }
  }

  private Map<UUID, List<StoredBackup>> bySource() {
    return backups.stream()
        .collect(Collectors.groupingBy(StoredBackup::source, TreeMap::new, Collectors.toList()));
  }

  private static long size(List<StoredBackup> backups) {
    return backups.stream().mapToLong(backup -> backup.size()).sum();
  }

  private Map<UUID, SourceBackups> sets() {
    return bySource().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> SourceBackups.of(entry.getValue())));
  }

  private static SourceBackups set(Map<UUID, SourceBackups> sets, StoredBackup backup) {
    return sets.getOrDefault(backup.source(), SourceBackups.of(List.of()));
  }

  private static List<String> tree(List<StoredBackup> ofSource, ZoneId zone) {
    var set = SourceBackups.of(ofSource);
    List<Forest.Node> nodes = new ArrayList<>();
    List<String> duplicates = new ArrayList<>();
    for (var backup : ofSource) {
      var identity = backup.identity();
      var text = text(backup, zone);
      if (set.isDuplicate(backup)) {
        duplicates.add(text + "  duplicate: " + backup.key());
      } else {
        var state =
            set.isRestorable(identity.uuid()) ? "" : "  broken: an ancestor is not on the remote";
        nodes.add(new Forest.Node(identity.uuid(), identity.sendParent(), text + state));
      }
    }
    var lines = new ArrayList<>(Forest.draw(nodes));
    lines.addAll(duplicates);
    return lines;
  }

  private static String text(StoredBackup backup, ZoneId zone) {
    var identity = backup.identity();
    var storageClass = backup.storageClass();
    return "%s  %s  %s%s  %s"
        .formatted(
            Words.time(identity.ctime(), zone),
            kind(identity),
            Bytes.format(backup.size()),
            storageClass == null ? "" : "  " + storageClass,
            identity.uuid());
  }

  private static String kind(BackupIdentity identity) {
    return identity.isFull() ? "full" : "differential";
  }

  /**
   * The backups of one source.
   *
   * @param winners by UUID; other objects with the same UUID are duplicates
   * @param identities of the winners, which are looked up for each backup
   */
  private record SourceBackups(
      Map<UUID, StoredBackup> winners, Map<UUID, BackupIdentity> identities) {

    static SourceBackups of(List<StoredBackup> backups) {
      var winners = BackupSet.of(backups).byUuid();
      return new SourceBackups(
          winners,
          winners.values().stream()
              .map(StoredBackup::identity)
              .collect(Collectors.toMap(BackupIdentity::uuid, Function.identity())));
    }

    boolean isDuplicate(StoredBackup backup) {
      var winner = winners.get(backup.uuid());
      return winner != null && !winner.key().equals(backup.key());
    }

    boolean isRestorable(UUID uuid) {
      return Chain.of(uuid, identities) instanceof Chain.Complete;
    }
  }
}
