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
import org.btrfs2s3.core.plan.BackupSet;
import org.btrfs2s3.core.plan.StoredBackup;
import org.btrfs2s3.core.restore.RemoteBackup;
import org.btrfs2s3.core.store.Listing;

/** What a remote holds, by its listing alone. */
public final class RemoteListing {

  private final String id;
  private final String location;
  private final List<RemoteBackup> backups;
  private final int foreignObjects;

  public RemoteListing(String id, String location, Listing listing) {
    this.id = id;
    this.location = location;
    this.backups =
        listing.objects().stream()
            .flatMap(object -> RemoteBackup.of(object).stream())
            .sorted(RemoteBackup.OLDEST_FIRST)
            .toList();
    this.foreignObjects = listing.objects().size() - backups.size();
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
                          ofSource.getLast().key().base(),
                          source,
                          ofSource.size(),
                          Bytes.format(size(ofSource))));
              tree(ofSource, zone).forEach(line -> lines.add("    " + line));
            });
    if (backups.isEmpty()) {
      lines.add("  no backups");
    }
    if (foreignObjects > 0) {
      lines.add("  %d other object(s), left alone".formatted(foreignObjects));
    }
    return lines;
  }

  /** As JSON; sizes in bytes, times in UTC. */
  public void write(ObjectNode to) {
    to.put("id", id).put("location", location).put("other_objects", foreignObjects);
    var array = to.putArray("backups");
    var sets = sets();
    for (var backup : backups) {
      var identity = backup.key().identity();
      var parent = identity.sendParent();
      array
          .addObject()
          .put("key", backup.stored().key().value())
          .put("base", backup.key().base())
          .put("uuid", identity.uuid().toString())
          .put("source", identity.source().toString())
          .put("send_parent", parent == null ? null : parent.toString())
          .put("ctransid", identity.ctransid().value())
          .put("ctime", identity.ctime().toString())
          .put("size", backup.stored().size())
          .put("storage_class", backup.stored().storageClass())
          .put("restorable", set(sets, backup).isRestorable(identity.uuid()))
          .put("duplicate", set(sets, backup).isDuplicate(backup));
    }
  }

  private Map<UUID, List<RemoteBackup>> bySource() {
    return backups.stream()
        .collect(Collectors.groupingBy(RemoteBackup::source, TreeMap::new, Collectors.toList()));
  }

  private static long size(List<RemoteBackup> backups) {
    return backups.stream().mapToLong(backup -> backup.stored().size()).sum();
  }

  private Map<UUID, SourceBackups> sets() {
    return bySource().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> SourceBackups.of(entry.getValue())));
  }

  private static SourceBackups set(Map<UUID, SourceBackups> sets, RemoteBackup backup) {
    return sets.getOrDefault(backup.source(), SourceBackups.of(List.of()));
  }

  private static List<String> tree(List<RemoteBackup> ofSource, ZoneId zone) {
    var set = SourceBackups.of(ofSource);
    List<Forest.Node> nodes = new ArrayList<>();
    List<String> duplicates = new ArrayList<>();
    for (var backup : ofSource) {
      var identity = backup.key().identity();
      var text = text(backup, zone);
      if (set.isDuplicate(backup)) {
        duplicates.add(text + "  duplicate: " + backup.stored().key());
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

  private static String text(RemoteBackup backup, ZoneId zone) {
    var identity = backup.key().identity();
    var storageClass = backup.stored().storageClass();
    return "%s  %s  %s%s  %s"
        .formatted(
            Words.time(identity.ctime(), zone),
            identity.isFull() ? "full" : "differential",
            Bytes.format(backup.stored().size()),
            storageClass == null ? "" : "  " + storageClass,
            identity.uuid());
  }

  /**
   * The backups of one source.
   *
   * @param winners by UUID; other objects with the same UUID are duplicates
   * @param identities of the winners, which are looked up for each backup
   */
  private record SourceBackups(
      Map<UUID, StoredBackup> winners, Map<UUID, BackupIdentity> identities) {

    static SourceBackups of(List<RemoteBackup> backups) {
      var winners = BackupSet.of(backups.stream().map(RemoteBackup::stored).toList()).byUuid();
      return new SourceBackups(
          winners,
          winners.values().stream()
              .map(StoredBackup::identity)
              .collect(Collectors.toMap(BackupIdentity::uuid, Function.identity())));
    }

    boolean isDuplicate(RemoteBackup backup) {
      var winner = winners.get(backup.uuid());
      return winner != null && !winner.key().equals(backup.stored().key());
    }

    boolean isRestorable(UUID uuid) {
      return Chain.of(uuid, identities) instanceof Chain.Complete;
    }
  }
}
