package org.btrfs2s3.app.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says whether the configuration is valid. */
@Command(
    name = "check-config",
    description = "Checks the configuration and shows what it amounts to.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class CheckConfig implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
  private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "CONFIG", description = "The same as --config.")
  private @Nullable Path config;

  @Override
  public Integer call() throws ConfigException {
    Configuration configuration = GlobalOptions.of(spec.commandLine()).readConfig(config);
    configuration.requireUpdatable();
    spec.commandLine().getOut().println(summary(configuration));
    return ExitCode.DONE.value();
  }

  private static String summary(Configuration configuration) {
    return "%s: OK, %s, %s, time zone %s"
        .formatted(
            configuration.file(),
            count(configuration.sources().size(), "source"),
            count(configuration.remotes().size(), "remote"),
            configuration.zone());
  }

  private static String count(int number, String what) {
    return number == 1 ? "1 " + what : number + " " + what + "s";
  }
}
