package org.btrfs2s3.app.config;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;

/**
 * A valid configuration.
 *
 * @param file where it was read
 * @param zone the time zone of policies and names
 * @param sources each path once; empty where only backups are read
 * @param remotes each id once
 * @param identities secret keys for restore
 * @param warnings for the user, in the order of the file
 * @param updateErrors what forbids an update with this file, though not reading backups
 */
public record Configuration(
    Path file,
    ZoneId zone,
    List<SourceConfig> sources,
    List<RemoteConfig> remotes,
    List<Located<Path>> identities,
    List<ConfigProblem> warnings,
    List<ConfigProblem> updateErrors) {

  public Configuration {
    sources = List.copyOf(sources);
    remotes = List.copyOf(remotes);
    identities = List.copyOf(identities);
    warnings = List.copyOf(warnings);
    updateErrors = List.copyOf(updateErrors);
  }

  /**
   * For the commands that change what exists.
   *
   * @throws ConfigException if the file may be used for reading backups only
   */
  public void requireUpdatable() throws ConfigException {
    if (!updateErrors.isEmpty()) {
      throw new ConfigException(file, updateErrors);
    }
  }
}
