package org.btrfs2s3.app.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is wrong with a file while it is being read. */
final class Problems {

  // Sets, because what a YAML alias repeats is read, and reported, at each place that uses it.
  private final Set<ConfigProblem> errors = new LinkedHashSet<>();
  private final Set<ConfigProblem> updateErrors = new LinkedHashSet<>();
  private final Set<ConfigProblem> warnings = new LinkedHashSet<>();

  /** The file cannot be used. */
  void error(Position position, String message) {
    errors.add(new ConfigProblem(position, message));
  }

  /** The file cannot be used to make backups; it can be used to read them. */
  void updateError(Position position, String message) {
    updateErrors.add(new ConfigProblem(position, message));
  }

  /** The file can be used. */
  void warning(Position position, String message) {
    warnings.add(new ConfigProblem(position, message));
  }

  List<ConfigProblem> errors() {
    return sorted(errors);
  }

  List<ConfigProblem> updateErrors() {
    return sorted(updateErrors);
  }

  List<ConfigProblem> warnings() {
    return sorted(warnings);
  }

  private static List<ConfigProblem> sorted(Collection<ConfigProblem> problems) {
    return problems.stream().sorted(Comparator.comparing(ConfigProblem::position)).toList();
  }
}
