package org.btrfs2s3.app.setup;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.btrfs2s3.app.config.SourceConfig;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.jspecify.annotations.Nullable;

/**
 * The upload entries for one remote. To a source applies its own, or, if it is not in the
 * configuration or not on this machine, what all of them agree on.
 *
 * @param <T> what is known of an entry
 */
final class SourceEntries<T> {

  private record Entry<T>(SourceConfig source, T said) {}

  private final Btrfs btrfs;
  private final List<Entry<T>> entries = new ArrayList<>();

  SourceEntries(Btrfs btrfs) {
    this.btrfs = btrfs;
  }

  void add(SourceConfig source, T said) {
    entries.add(new Entry<>(source, said));
  }

  /**
   * What applies to a source.
   *
   * @param value a part of an entry; null where it says nothing
   */
  <V> Optional<V> find(UUID source, Function<T, @Nullable V> value) {
    var own = entries.stream().filter(entry -> isThere(entry.source(), source)).findFirst();
    if (own.isPresent()) {
      return Optional.ofNullable(value.apply(own.get().said()));
    }
    var all =
        entries.stream()
            .map(entry -> value.apply(entry.said()))
            .filter(Objects::nonNull)
            .distinct()
            .toList();
    return all.size() == 1 ? Optional.ofNullable(all.getFirst()) : Optional.empty();
  }

  private boolean isThere(SourceConfig configured, UUID source) {
    try {
      return btrfs.inspect(configured.path()).uuid().equals(source);
    } catch (BtrfsException _) {
      return false;
    }
  }
}
