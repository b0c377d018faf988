package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.time.InstantSource;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.config.RemoteConfig;
import org.btrfs2s3.app.setup.ConfiguredFilters;
import org.btrfs2s3.app.setup.ConfiguredUploads;
import org.btrfs2s3.app.setup.Encodings;
import org.btrfs2s3.app.setup.Stores;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
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
   * @param keyOptions for decoding
   * @param reencode whether the encodings of the upload entries are needed
   * @param writes whether anything is written; if not, a directory needs no marker
   */
  static ReseedEnds open(
      CommandLine commandLine,
      Configuration configuration,
      String fromId,
      String toId,
      KeyOptions keyOptions,
      boolean reencode,
      boolean writes)
      throws ConfigException, IOException {
    var from = RemoteOption.choose(configuration, fromId, commandLine).getFirst();
    var to = RemoteOption.choose(configuration, toId, commandLine).getFirst();
    var keys = keyOptions.load(configuration);
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
              ReadingOptions.places(configuration),
              Version.number());
      opened = true;
      return new ReseedEnds(setup);
    } finally {
      if (!opened) {
        fromStore.close();
      }
    }
  }

  /** A remote that was opened, and what decodes its backups. */
  static ReseedSetup.End end(
      Configuration configuration, RemoteConfig remote, BackupStore store, ContentKeys keys) {
    var filters = new ConfiguredFilters(configuration, remote.id(), new KernelBtrfs());
    return new ReseedSetup.End(
        new RemoteId(remote.id()), store, new ContentReader(store, keys, filters));
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
