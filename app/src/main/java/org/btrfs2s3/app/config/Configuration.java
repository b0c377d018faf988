package org.btrfs2s3.app.config;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A valid configuration.
 *
 * @param file where it was read
 * @param zone the time zone of policies and names
 * @param sources each path once; empty where only backups are read
 * @param remotes each id once
 * @param uploadMemory bytes that the parts of all uploads under way may take
 * @param identities secret keys for restore
 * @param passphraseFile holds the passphrase of the identities; null if none is named
 * @param signers certificates of which one must have signed what is read; empty: no signature is
 *     asked for
 * @param warnings for the user, in the order of the file
 * @param updateErrors what forbids an update with this file, though not reading backups
 */
public record Configuration(
    Path file,
    ZoneId zone,
    List<SourceConfig> sources,
    List<RemoteConfig> remotes,
    long uploadMemory,
    List<Located<Path>> identities,
    @Nullable Path passphraseFile,
    List<Located<Path>> signers,
    List<ConfigProblem> warnings,
    List<ConfigProblem> updateErrors) {

  /** Two parts of the usual size at least. The launcher knows these numbers, too. */
  static final AmountRange UPLOAD_MEMORY = new AmountRange(Measure.SIZE, 32L << 20, 1L << 40);

  static final long DEFAULT_UPLOAD_MEMORY = 128L << 20;

  public Configuration {
    sources = List.copyOf(sources);
    remotes = List.copyOf(remotes);
    identities = List.copyOf(identities);
    signers = List.copyOf(signers);
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
