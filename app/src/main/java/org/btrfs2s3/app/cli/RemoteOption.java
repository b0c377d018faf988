package org.btrfs2s3.app.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.config.RemoteConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What {@code --remote ID} means. */
final class RemoteOption {

  private RemoteOption() {}

  /**
   * The remote of that id, or all of them.
   *
   * @throws ParameterException if there is none
   */
  static List<RemoteConfig> choose(
      Configuration configuration, @Nullable String id, CommandLine commandLine) {
    if (id == null) {
      return configuration.remotes();
    }
    var chosen = configuration.remotes().stream().filter(remote -> remote.id().equals(id)).toList();
    if (chosen.isEmpty()) {
      throw new ParameterException(
          commandLine,
          "no remote '" + id + "' in the configuration; it has: " + known(configuration));
    }
    return chosen;
  }

  /**
   * The remote of that id, or the only one that there is.
   *
   * @throws ParameterException if there is none, or several to choose from
   */
  static RemoteConfig chooseOne(
      Configuration configuration, @Nullable String id, CommandLine commandLine) {
    var candidates = choose(configuration, id, commandLine);
    if (candidates.size() > 1) {
      throw new ParameterException(
          commandLine,
          "from which remote? Name one with --remote; the configuration has: "
              + known(configuration));
    }
    return candidates.getFirst();
  }

  private static String known(Configuration configuration) {
    return configuration.remotes().stream().map(RemoteConfig::id).collect(Collectors.joining(", "));
  }
}
