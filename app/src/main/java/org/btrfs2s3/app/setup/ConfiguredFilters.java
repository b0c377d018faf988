package org.btrfs2s3.app.setup;

import java.util.List;
import java.util.UUID;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.content.ContentFilters;

/** The {@code restore_through} of a remote. */
public final class ConfiguredFilters implements ContentFilters {

  private final SourceEntries<List<List<String>>> entries;

  public ConfiguredFilters(Configuration configuration, String remoteId, Btrfs btrfs) {
    this.entries = new SourceEntries<>(btrfs);
    for (var source : configuration.sources()) {
      for (var upload : source.uploads()) {
        if (upload.remoteId().equals(remoteId)) {
          entries.add(source, upload.restoreThrough());
        }
      }
    }
  }

  @Override
  public List<List<String>> commands(UUID source) {
    return entries.find(source, commands -> commands).orElse(List.of());
  }
}
