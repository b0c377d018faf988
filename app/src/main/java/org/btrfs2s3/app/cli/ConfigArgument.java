package org.btrfs2s3.app.cli;

import java.nio.file.Path;
import java.time.ZoneId;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.ConfigProblem;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.config.ConfigurationReader;
import picocli.CommandLine;

/** Reads the configuration for a command and shows its warnings. */
final class ConfigArgument {

  private ConfigArgument() {}

  static Configuration read(CommandLine commandLine, Path file) throws ConfigException {
    var configuration = ConfigurationReader.read(file, ZoneId.systemDefault());
    warn(commandLine, file, configuration.warnings());
    return configuration;
  }

  static void warn(CommandLine commandLine, Path file, Iterable<ConfigProblem> warnings) {
    for (var warning : warnings) {
      commandLine.getErr().println("warning: " + warning.describe(file));
    }
  }
}
