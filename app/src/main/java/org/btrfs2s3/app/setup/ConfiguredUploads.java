package org.btrfs2s3.app.setup;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.config.SourceConfig;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.pipeline.Encoding;
import org.btrfs2s3.core.reseed.UploadEntries;
import org.jspecify.annotations.Nullable;

/** The upload entries of a configuration for one remote. */
public final class ConfiguredUploads implements UploadEntries {
  private record Entry(
      SourceConfig source, @Nullable Encoding encoding, @Nullable Long bytesPerSecond) {}

  private final List<Entry> entries = new ArrayList<>();
  private final Btrfs btrfs;

  /**
   * Reads the files of the recipients if they are needed.
   *
   * @param encodings null if nobody is going to ask for an encoding
   * @throws ConfigException if one of the files cannot be used
   */
  public ConfiguredUploads(
      Configuration configuration, String remoteId, @Nullable Encodings encodings, Btrfs btrfs)
      throws ConfigException {
    this.btrfs = btrfs;
    for (var source : configuration.sources()) {
      for (var upload : source.uploads()) {
        if (upload.remoteId().equals(remoteId)) {
          entries.add(
              new Entry(
                  source,
                  encodings == null ? null : encodings.encoding(upload.encoding()),
                  upload.transfer().bytesPerSecond()));
        }
      }
    }
  }

  @Override
  public Optional<Encoding> encoding(UUID source) {
    return find(source, Entry::encoding);
  }

  @Override
  public OptionalLong bytesPerSecond(UUID source) {
    return find(source, Entry::bytesPerSecond).map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  private <T> Optional<T> find(UUID source, Function<Entry, @Nullable T> value) {
    var own = entries.stream().filter(entry -> isThere(entry.source(), source)).findFirst();
    if (own.isPresent()) {
      return Optional.ofNullable(value.apply(own.get()));
    }
    var all = entries.stream().map(value).filter(Objects::nonNull).distinct().toList();
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
