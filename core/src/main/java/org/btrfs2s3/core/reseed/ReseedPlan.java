package org.btrfs2s3.core.reseed;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.run.Failure;

/**
 * What is going to be copied.
 *
 * @param items parents before children
 * @param problems why some backups are not among them
 */
public record ReseedPlan(List<ReseedItem> items, List<Failure> problems) {
  public ReseedPlan {
    items = List.copyOf(items);
    problems = List.copyOf(problems);
  }

  /** As the remote that is copied from has them. */
  List<StoredBackup> toBeCopied() {
    return items.stream()
        .filter(item -> item.way() != Way.ALREADY_THERE)
        .map(ReseedItem::from)
        .toList();
  }

  /** Bytes that are going to be read or copied. */
  public long bytes() {
    return items.stream()
        .filter(item -> item.way() != Way.ALREADY_THERE)
        .mapToLong(ReseedItem::bytes)
        .sum();
  }

  /** The sources of all that should be there at the end, copied or not. */
  Set<UUID> wanted() {
    return items.stream().map(item -> item.identity().source()).collect(Collectors.toSet());
  }

  /** The sources that something is copied of. */
  public Set<UUID> sources() {
    Set<UUID> sources = new LinkedHashSet<>();
    items.stream()
        .filter(item -> item.way() != Way.ALREADY_THERE)
        .forEach(item -> sources.add(item.identity().source()));
    return sources;
  }
}
