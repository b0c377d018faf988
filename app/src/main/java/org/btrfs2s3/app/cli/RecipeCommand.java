package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.recipe.Decoders;
import org.btrfs2s3.app.recipe.FetchProgram;
import org.btrfs2s3.app.recipe.Recipe;
import org.btrfs2s3.app.setup.Stores;
import org.btrfs2s3.core.catalog.Catalog;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Prints how a backup is restored without this program. */
@Command(
    name = "recipe",
    description = {
      "Prints a bash script that restores a backup with plain tools: aws, curl or cat, gpg, zstd and "
          + "btrfs receive. Keep it beside the key; look at it, then run it.",
      "There is no secret in it. It restores only from what is on the remote now."
    },
    footerHeading = HelpPages.EXAMPLES,
    footer = {"  btrfs2s3 recipe 1a2b --remote cloud --to /mnt/new >restore.sh"},
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class RecipeCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
  private CommandSpec spec;

  @Mixin private final OriginOptions from = new OriginOptions();

  @Option(
      names = "--fetch-with",
      paramLabel = "PROGRAM",
      defaultValue = "aws",
      converter = ProgramArgument.class,
      description =
          "What the script fetches objects of a bucket with: aws (if absent), the AWS command line, "
              + "or curl. From a directory it is always cat.")
  private FetchProgram program = FetchProgram.AWS;

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
    var origin = from.origin();
    try (var store = Stores.openForReading(origin.remote())) {
      var chain = ChainOf.named(backup, Catalog.of(store.list().objects()), origin.remote().id());
      Recipe.of(
              chain,
              origin.remote(),
              program,
              new Decoders(store, origin.filters()),
              target == null ? null : target.toAbsolutePath())
          .forEach(spec.commandLine().getOut()::println);
    }
    return ExitCode.DONE.value();
  }

  /** {@code aws} or {@code curl}. */
  static final class ProgramArgument implements ITypeConverter<FetchProgram> {

    @Override
    public FetchProgram convert(String text) {
      return switch (text) {
        case "aws" -> FetchProgram.AWS;
        case "curl" -> FetchProgram.CURL;
        default -> throw new TypeConversionException("neither aws nor curl: '" + text + "'");
      };
    }
  }
}
