package org.btrfs2s3.app.setup;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.pipeline.Encoding;
import org.btrfs2s3.core.reseed.UploadEntries;
import org.jspecify.annotations.Nullable;

/** The upload entries of a configuration for one remote. */
public final class ConfiguredUploads implements UploadEntries {

  private record Entry(@Nullable Encoding encoding, @Nullable Long bytesPerSecond) {}

  private final SourceEntries<Entry> entries;

  /**
   * Reads the files of the recipients if they are needed.
   *
   * @param encodings null if nobody is going to ask for an encoding
   * @throws ConfigException if one of the files cannot be used
   */
  public ConfiguredUploads(
      Configuration configuration, String remoteId, @Nullable Encodings encodings, Btrfs btrfs)
      throws ConfigException {
    this.entries = new SourceEntries<>(btrfs);
    for (var source : configuration.sources()) {
      for (var upload : source.uploads()) {
        if (upload.remoteId().equals(remoteId)) {
          entries.add(
              source,
              new Entry(
                  encodings == null ? null : encodings.encoding(upload.encoding()),
                  upload.transfer().bytesPerSecond()));
        }
      }
    }
  }

  @Override
  public Optional<Encoding> encoding(UUID source) {
    return entries.find(source, Entry::encoding);
  }

  @Override
  public OptionalLong bytesPerSecond(UUID source) {
    return entries
        .find(source, Entry::bytesPerSecond)
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }
}
