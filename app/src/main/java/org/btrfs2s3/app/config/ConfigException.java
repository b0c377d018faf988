package org.btrfs2s3.app.config;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The configuration file cannot be used. Holds every problem that was found, in the order of the
 * file; the message has a line for each.
 */
public final class ConfigException extends Exception {

  private static final long serialVersionUID = 1L;

  // Not serializable, and nobody serializes exceptions here.
  private final transient List<ConfigProblem> problems;

  public ConfigException(Path file, List<ConfigProblem> problems) {
    super(problems.stream().map(p -> p.describe(file)).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  public List<ConfigProblem> problems() {
    return problems;
  }
}
