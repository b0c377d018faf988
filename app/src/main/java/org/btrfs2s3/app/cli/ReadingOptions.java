package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.config.Located;
import org.btrfs2s3.app.setup.ConfiguredFilters;
import org.btrfs2s3.app.setup.Stores;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.pipeline.Identities;
import org.btrfs2s3.core.pipeline.Signers;
import org.btrfs2s3.core.verify.SourcePlace;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** From which remote a command reads backups, and with which keys. */
final class ReadingOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
  private CommandSpec spec;

  @Option(
      names = "--remote",
      required = true,
      paramLabel = "ID",
      description = "The remote to read from.")
  @SuppressWarnings("NullAway.Init") // required
  private String remote;

  @Option(
      names = "--identity",
      paramLabel = "KEYFILE",
      description = "OpenPGP secret key to decrypt with, beside those of the configuration.")
  private List<Path> identities = new ArrayList<>();

  /** Reads the configuration and opens the remote; to be closed by the caller. */
  Reading open() throws ConfigException, IOException {
    var commandLine = spec.commandLine();
    var configuration = GlobalOptions.of(commandLine).readConfig(null);
    var from = RemoteOption.choose(configuration, remote, commandLine).getFirst();
    var keys = new ContentKeys(loadIdentities(configuration), Signers.anyone());
    var filters = new ConfiguredFilters(configuration, from.id(), new KernelBtrfs());
    var store = Stores.openForReading(from);
    return new Reading(
        from.id(),
        configuration.zone(),
        store,
        new ContentReader(store, keys, filters),
        places(configuration));
  }

  private static List<SourcePlace> places(Configuration configuration) {
    return configuration.sources().stream()
        .map(source -> new SourcePlace(source.path(), source.snapshots()))
        .toList();
  }

  private Identities loadIdentities(Configuration configuration) throws IOException {
    var files =
        Stream.concat(configuration.identities().stream().map(Located::value), identities.stream())
            .toList();
    return files.isEmpty() ? Identities.none() : Identities.load(files, Terminal::readPassphrase);
  }
}
