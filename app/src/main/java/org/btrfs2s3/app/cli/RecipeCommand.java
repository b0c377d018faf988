package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.config.RemoteConfig;
import org.btrfs2s3.app.recipe.Decoders;
import org.btrfs2s3.app.recipe.Recipe;
import org.btrfs2s3.app.setup.ConfiguredFilters;
import org.btrfs2s3.app.setup.Stores;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.catalog.Catalog;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints how a backup is restored without this program. */
@Command(
    name = "recipe",
    description = {
      "Prints a bash script that restores a backup with plain tools: aws or cat, gpg, zstd and "
          + "btrfs receive. Keep it beside the key; look at it, then run it.",
      "There is no secret in it. It restores only from what is on the remote now."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class RecipeCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
  private CommandSpec spec;

  @Option(
      names = "--remote",
      paramLabel = "ID",
      description = "The remote to restore from; needed if there are several.")
  private @Nullable String remote;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "Where the script puts the subvolumes; a line of it to be edited if absent.")
  private @Nullable Path target;

  @Parameters(
      paramLabel = "BACKUP",
      description = "UUID of the backup, or at least 4 characters of its beginning; list shows it.",
      converter = BackupArgument.Converter.class)
  @SuppressWarnings("NullAway.Init") // required
  private BackupArgument backup;

  @Override
  public Integer call()
      throws ConfigException, IOException, UnknownBackupException, InterruptedException {
    var configuration = GlobalOptions.of(spec.commandLine()).readConfig(null);
    var from = remote(configuration);
    try (var store = Stores.openForReading(from)) {
      var chain = ChainOf.named(backup, Catalog.of(store.list().objects()), from.id());
      var filters = new ConfiguredFilters(configuration, from.id(), new KernelBtrfs());
      Recipe.of(
              chain,
              from,
              new Decoders(store, filters),
              target == null ? null : target.toAbsolutePath())
          .forEach(spec.commandLine().getOut()::println);
    }
    return ExitCode.DONE.value();
  }

  private RemoteConfig remote(Configuration configuration) {
    var remotes = RemoteOption.choose(configuration, remote, spec.commandLine());
    if (remotes.size() != 1) {
      throw new ParameterException(
          spec.commandLine(),
          "there are several remotes, choose one with --remote: "
              + remotes.stream().map(RemoteConfig::id).collect(Collectors.joining(", ")));
    }
    return remotes.getFirst();
  }
}
