package org.btrfs2s3.app.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.btrfs2s3.core.backup.ShownBytes;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.DamagedBackup;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.store.Listing;

/** What a remote holds, by its listing alone. */
public final class RemoteListing {

  private final String id;
  private final String location;
  private final Catalog catalog;
  private final List<ListedSource> sources;

  public RemoteListing(String id, String location, Listing listing) {
    this.id = id;
    this.location = location;
    this.catalog = Catalog.of(listing.objects());
    this.sources = ListedSource.of(catalog);
  }

  /** As trees, one for each full backup; below them what is none, or not whole. */
  public List<String> lines(ZoneId zone) {
    List<String> lines = new ArrayList<>();
    lines.add("remote %s (%s)".formatted(id, location));
    for (var source : sources) {
      lines.add(
          "  source %s (%s), %d backup(s), %s"
              .formatted(
                  source.base(),
                  source.uuid(),
                  source.backups().size(),
                  ShownBytes.of(source.size())));
      tree(source, zone).forEach(line -> lines.add("    " + line));
      source.damaged().forEach(one -> lines.add("    " + text(one, zone)));
      source.unfinished().forEach(one -> lines.add("    " + text(source, one, zone)));
    }
    if (catalog.backups().isEmpty()) {
      lines.add("  no backups");
    }
    if (catalog.foreignObjects() > 0) {
      lines.add("  %d other object(s), left alone".formatted(catalog.foreignObjects()));
    }
    return lines.stream().map(Printable::line).toList();
  }

  private static List<String> tree(ListedSource source, ZoneId zone) {
    List<Forest.Node> nodes = new ArrayList<>();
    List<String> duplicates = new ArrayList<>();
    for (var backup : source.backups()) {
      var identity = backup.identity();
      var text = text(backup, zone);
      if (source.isDuplicate(backup)) {
        duplicates.add(text + "  duplicate: " + backup.key());
      } else {
        var state =
            source.isRestorable(identity.uuid())
                ? ""
                : "  broken: an ancestor is not on the remote";
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
    var parts = backup.parts();
    return "%s  %s  %s%s%s  %s"
        .formatted(
            Words.time(identity.ctime(), zone),
            Words.kind(identity.isFull()),
            ShownBytes.of(backup.size()),
            storageClass == null ? "" : "  " + storageClass,
            parts == null ? "" : "  %d segment(s)".formatted(parts.segments().size()),
            identity.uuid());
  }

  private static String text(DamagedBackup damaged, ZoneId zone) {
    var numbers = damaged.first().stream().map(String::valueOf).collect(Collectors.joining(", "));
    return "%s  damaged: %d segment(s) are gone: %s%s"
        .formatted(
            text(damaged.backup(), zone),
            damaged.missing(),
            numbers,
            damaged.missing() > damaged.first().size() ? ", ..." : "");
  }

  private static String text(ListedSource source, UnfinishedBackup unfinished, ZoneId zone) {
    var parts = unfinished.parts();
    var newest =
        parts.segments().isEmpty()
            ? ""
            : ", the last one written at " + Words.time(unfinished.newest(), zone);
    return "%s  %s  %s  %s  %s: %d segment(s)%s, attempt %s"
        .formatted(
            Words.time(unfinished.identity().ctime(), zone),
            Words.kind(unfinished.identity().isFull()),
            ShownBytes.of(parts.size()),
            unfinished.identity().uuid(),
            word(source.remains(unfinished)),
            parts.segments().size(),
            newest,
            parts.attempt());
  }

  private static String word(Remains remains) {
    return switch (remains) {
      case INCOMPLETE -> "incomplete, no backup yet";
      case SUPERSEDED -> "left over beside a whole backup";
      case HALF_DELETED -> "half deleted";
      case COMMIT_MISSING -> "damaged: commit missing";
    };
  }

  /** As JSON; sizes in bytes, times in UTC. */
  public void write(ObjectNode to) {
    to.put("id", id).put("location", location).put("other_objects", catalog.foreignObjects());
    ListingJson.write(sources, to);
  }
}
