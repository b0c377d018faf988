package org.btrfs2s3.core.restore;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.btrfs2s3.core.store.Archive;
import org.btrfs2s3.core.store.ObjectState;
import org.jspecify.annotations.Nullable;

/**
 * What of the objects that are to be fetched lies in cold storage, and whether it can be read.
 *
 * @param total how many are to be fetched, frozen or not
 */
public record ColdObjects(int total, List<ColdObject> objects) {

  public ColdObjects {
    objects = List.copyOf(objects);
  }

  public List<ColdObject> frozen() {
    return objects.stream().filter(one -> one.state() instanceof ObjectState.Frozen).toList();
  }

  public List<ColdObject> thawing() {
    return objects.stream().filter(one -> one.state() instanceof ObjectState.Thawing).toList();
  }

  int readable() {
    return objects.size() - frozen().size() - thawing().size();
  }

  public boolean areReadable() {
    return readable() == objects.size();
  }

  /** When the first copy goes that was brought back; null if none does, or nobody knows. */
  @Nullable Instant readableUntil() {
    return objects.stream()
        .map(
            one ->
                one.state() instanceof ObjectState.Available available ? available.until() : null)
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder())
        .orElse(null);
  }

  /** How many of those that cannot be read lie where. */
  SequencedMap<Archive, Long> archives() {
    return objects.stream()
        .flatMap(one -> archive(one.state()))
        .collect(Collectors.groupingBy(where -> where, TreeMap::new, Collectors.counting()));
  }

  private static Stream<Archive> archive(ObjectState state) {
    return switch (state) {
      case ObjectState.Frozen frozen -> Stream.of(frozen.archive());
      case ObjectState.Thawing thawing -> Stream.of(thawing.archive());
      case ObjectState.Available _ -> Stream.empty();
    };
  }

  public static long bytes(List<ColdObject> some) {
    return some.stream().mapToLong(ColdObject::size).sum();
  }
}
