package org.btrfs2s3.app.cli;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.config.RemoteConfig;
import org.btrfs2s3.app.setup.ConfiguredFilters;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.content.ContentFilters;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Of which remote a command reads, and through which commands its content goes. */
final class OriginOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
  private CommandSpec spec;

  @Option(
      names = "--remote",
      paramLabel = "ID",
      description =
          "The remote of the configuration to read from; may be left out where it has only one.")
  private @Nullable String remote;

  @Mixin private final UrlOptions url = new UrlOptions();

  @Option(
      names = "--restore-through",
      paramLabel = "COMMAND",
      description =
          "With --url, for backups that went through pipe_through: the command that undoes it, its "
              + "arguments separated by blanks, without a shell. May be repeated, in order.")
  private List<String> restoreThrough = new ArrayList<>();

  /**
   * What the options amount to.
   *
   * @param configuration null where none is read
   */
  record Origin(
      RemoteConfig remote, @Nullable Configuration configuration, ContentFilters filters) {}

  /** Reads the configuration, unless the options say everything. */
  Origin origin() throws ConfigException {
    var commandLine = spec.commandLine();
    var options = GlobalOptions.of(commandLine);
    var named = url.remote(remote, commandLine);
    if (named != null) {
      var commands = commands();
      return new Origin(
          named, options.namesConfig(null) ? options.readConfig(null) : null, _ -> commands);
    }
    if (!restoreThrough.isEmpty()) {
      throw wrong(
          "--restore-through belongs to --url; in a configuration, restore_through says it");
    }
    if (remote == null
        && !options.namesConfig(null)
        && Files.notExists(GlobalOptions.DEFAULT_CONFIG)) {
      throw wrong(
          "from where? There is no %s: name a place with --url, or a configuration with -c"
              .formatted(GlobalOptions.DEFAULT_CONFIG));
    }
    var configuration = options.readConfig(null);
    var from = RemoteOption.chooseOne(configuration, remote, commandLine);
    return new Origin(
        from, configuration, new ConfiguredFilters(configuration, from.id(), new KernelBtrfs()));
  }

  private List<List<String>> commands() {
    if (restoreThrough.stream().anyMatch(String::isBlank)) {
      throw wrong("--restore-through is empty, expected a command");
    }
    return restoreThrough.stream().map(line -> List.of(line.strip().split("\\s+"))).toList();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
