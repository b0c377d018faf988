package org.btrfs2s3.app.setup;

import java.util.List;
import java.util.UUID;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.config.SourceConfig;
import org.btrfs2s3.app.config.UploadConfig;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.content.ContentFilters;

/**
 * The {@code restore_through} of a remote: that of the source's own entry, or, for a source that is
 * not in the configuration or not on this machine, the one that all entries for this remote agree
 * on.
 */
public final class ConfiguredFilters implements ContentFilters {

  private final Configuration configuration;
  private final String remoteId;
  private final Btrfs btrfs;

  public ConfiguredFilters(Configuration configuration, String remoteId, Btrfs btrfs) {
    this.configuration = configuration;
    this.remoteId = remoteId;
    this.btrfs = btrfs;
  }

  @Override
  public List<List<String>> commands(UUID source) {
    var own =
        configuration.sources().stream()
            .filter(configured -> isThere(configured, source))
            .flatMap(configured -> configured.uploads().stream())
            .filter(upload -> upload.remoteId().equals(remoteId))
            .map(UploadConfig::restoreThrough)
            .findFirst();
    return own.orElseGet(this::agreed);
  }

  private boolean isThere(SourceConfig configured, UUID source) {
    try {
      return btrfs.inspect(configured.path()).uuid().equals(source);
    } catch (BtrfsException _) {
      return false;
    }
  }

  private List<List<String>> agreed() {
    var all =
        configuration.sources().stream()
            .flatMap(configured -> configured.uploads().stream())
            .filter(upload -> upload.remoteId().equals(remoteId))
            .map(UploadConfig::restoreThrough)
            .distinct()
            .toList();
    return all.size() == 1 ? all.getFirst() : List.of();
  }
}
