package org.btrfs2s3.policy;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The snapshots, or the backups, that are kept as far as a plan has got. */
final class Keeps<T extends PointInTime> {

  private final Map<UUID, Keep<T>> byUuid = new LinkedHashMap<>();

  /** Keeps an item, unless it is kept already; to be told why. */
  Keep<T> keep(T item) {
    return byUuid.computeIfAbsent(item.uuid(), _ -> new Keep<>(item));
  }

  boolean contains(UUID uuid) {
    return byUuid.containsKey(uuid);
  }

  @Nullable Keep<T> get(UUID uuid) {
    return byUuid.get(uuid);
  }

  Stream<T> items() {
    return byUuid.values().stream().map(keep -> keep.item);
  }

  /** By ctransid; of equal ones the one that was kept first. */
  Map<UUID, Kept<T>> inOrder() {
    Map<UUID, Kept<T>> ordered = new LinkedHashMap<>();
    byUuid.values().stream()
        .sorted(Comparator.comparing(keep -> keep.item.ctransid()))
        .forEach(keep -> ordered.put(keep.item.uuid(), keep.toKept()));
    return ordered;
  }

  /** Those that are not kept. */
  List<T> othersOf(List<T> items) {
    return items.stream().filter(item -> !contains(item.uuid())).toList();
  }
}
