package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.config.Located;
import org.btrfs2s3.app.config.RemoteConfig;
import org.btrfs2s3.app.config.SourceConfig;
import org.btrfs2s3.app.setup.ConfiguredFilters;
import org.btrfs2s3.app.setup.ConfiguredUploads;
import org.btrfs2s3.app.setup.Encodings;
import org.btrfs2s3.app.setup.Stores;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.pipeline.Identities;
import org.btrfs2s3.core.pipeline.Signers;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.reseed.ReseedSetup;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.s3.UploadMemory;
import picocli.CommandLine;

/** The two remotes of a reseeding, opened. */
final class ReseedEnds implements AutoCloseable {
  private final ReseedSetup setup;

  private ReseedEnds(ReseedSetup setup) {
    this.setup = setup;
  }

  /**
   * Opens both.
   *
   * @param identities files of keys, beside those of the configuration
   * @param reencode whether the encodings of the upload entries are needed
   * @param writes whether anything is written; if not, a directory needs no marker
   */
  static ReseedEnds open(
      CommandLine commandLine,
      Configuration configuration,
      String fromId,
      String toId,
      List<Path> identities,
      boolean reencode,
      boolean writes)
      throws ConfigException, IOException {
    var from = RemoteOption.choose(configuration, fromId, commandLine).getFirst();
    var to = RemoteOption.choose(configuration, toId, commandLine).getFirst();
    var keys = new ContentKeys(load(configuration, identities), Signers.anyone());
    var encodings =
        reencode ? new Encodings(configuration.file(), InstantSource.system().instant()) : null;
    var uploads = new ConfiguredUploads(configuration, toId, encodings, new KernelBtrfs());
    if (encodings != null) {
      GlobalOptions.of(commandLine).warn(configuration, encodings.warnings());
    }
    var fromStore = Stores.openForReading(from);
    boolean opened = false;
    try {
      var memory = new UploadMemory(configuration.uploadMemory());
      var toStore = writes ? Stores.open(to, memory, 1) : Stores.openForReading(to);
      var setup =
          new ReseedSetup(
              end(configuration, from, fromStore, keys),
              end(configuration, to, toStore, keys),
              uploads,
              configuration.sources().stream().map(SourceConfig::path).toList(),
              Version.number());
      opened = true;
      return new ReseedEnds(setup);
    } finally {
      if (!opened) {
        fromStore.close();
      }
    }
  }

  private static ReseedSetup.End end(
      Configuration configuration, RemoteConfig remote, BackupStore store, ContentKeys keys) {
    var filters = new ConfiguredFilters(configuration, remote.id(), new KernelBtrfs());
    return new ReseedSetup.End(
        new RemoteId(remote.id()), store, new ContentReader(store, keys, filters));
  }

  private static Identities load(Configuration configuration, List<Path> more) throws IOException {
    var files =
        Stream.concat(configuration.identities().stream().map(Located::value), more.stream())
            .toList();
    return files.isEmpty() ? Identities.none() : Identities.load(files, Terminal::readPassphrase);
  }

  ReseedSetup setup() {
    return setup;
  }

  @Override
  public void close() {
    try (var _ = setup.from().store();
        var _ = setup.to().store()) {
      // Closes both, whatever fails.
    }
  }
}
