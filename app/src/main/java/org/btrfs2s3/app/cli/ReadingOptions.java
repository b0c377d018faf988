package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.config.SourceConfig;
import org.btrfs2s3.app.setup.Stores;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.verify.SourcePlace;
import picocli.CommandLine.Mixin;

/** From which remote a command reads backups, and with which keys. */
final class ReadingOptions {

  @Mixin private final OriginOptions from = new OriginOptions();

  @Mixin private final KeyOptions keys = new KeyOptions();

  /** Whether the command line demands signatures, whatever the configuration says. */
  boolean demandSignature() {
    return keys.demandSignature();
  }

  /**
   * Opens the remote; to be closed by the caller.
   *
   * @param wrapped what to put around the store, through which everything is read
   */
  Reading open(UnaryOperator<BackupStore> wrapped) throws ConfigException, IOException {
    var origin = from.origin();
    return reading(origin, keys.load(origin.configuration()), wrapped);
  }

  private static Reading reading(
      OriginOptions.Origin origin, ContentKeys content, UnaryOperator<BackupStore> wrapped)
      throws IOException {
    var store = wrapped.apply(Stores.openForReading(origin.remote()));
    var configuration = origin.configuration();
    return new Reading(
        origin.remote().id(),
        configuration == null ? ZoneId.systemDefault() : configuration.zone(),
        store,
        new ContentReader(store, content, origin.filters()),
        configuration == null ? List.of() : places(configuration),
        configuration == null ? Set.of() : uploaded(configuration, origin.remote().id()));
  }

  private static Set<Path> uploaded(Configuration configuration, String remote) {
    return configuration.sources().stream()
        .filter(source -> source.uploads().stream().anyMatch(to -> to.remoteId().equals(remote)))
        .map(SourceConfig::path)
        .collect(Collectors.toSet());
  }

  static List<SourcePlace> places(Configuration configuration) {
    return configuration.sources().stream()
        .map(
            source ->
                new SourcePlace(
                    source.path(),
                    source.snapshots(),
                    source.baseName(),
                    source.manageAllSnapshots()))
        .toList();
  }
}
