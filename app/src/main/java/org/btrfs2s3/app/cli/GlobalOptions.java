package org.btrfs2s3.app.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.ConfigProblem;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.config.ConfigurationReader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The options that may stand before or after the name of a command. */
final class GlobalOptions {

  static final Path DEFAULT_CONFIG = Path.of("/etc/btrfs2s3/config.yaml");

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli before any command runs
  private CommandSpec spec;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "The configuration; /etc/btrfs2s3/config.yaml if absent.")
  private @Nullable Path config;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Log what is being done, and the details of failures.")
  private boolean verbose;

  boolean verbose() {
    return verbose;
  }

  /**
   * The configuration; its warnings are printed.
   *
   * @param argument the file, given as an argument of the command
   * @throws ParameterException if it is given twice
   */
  Configuration readConfig(@Nullable Path argument) throws ConfigException {
    Configuration configuration =
        ConfigurationReader.read(configFile(argument), ZoneId.systemDefault());
    warn(configuration, configuration.warnings());
    return configuration;
  }

  /**
   * Whether a configuration is named, as opposed to the one that is read if none is.
   *
   * @param argument the file, given as an argument of the command
   */
  boolean namesConfig(@Nullable Path argument) {
    return argument != null || config != null;
  }

  /** Prints what the owner of the configuration should know. */
  void warn(Configuration configuration, List<ConfigProblem> warnings) {
    PrintWriter err = spec.commandLine().getErr();
    for (ConfigProblem warning : warnings) {
      err.println("warning: " + warning.describe(configuration.file()));
    }
  }

  /**
   * The configuration file.
   *
   * @param argument the same, given as an argument of the command
   * @throws ParameterException if it is given twice
   */
  Path configFile(@Nullable Path argument) {
    if (argument != null && config != null) {
      throw new ParameterException(
          spec.commandLine(),
          "the configuration is given twice: %s and %s (the last argument of a command is one, too)"
              .formatted(config, argument));
    }
    if (argument != null) {
      return argument;
    }
    return config != null ? config : DEFAULT_CONFIG;
  }

  /** The options as given to a command line. */
  static GlobalOptions of(CommandLine commandLine) {
    return ((Main) commandLine.getCommandSpec().root().userObject()).options();
  }
}
