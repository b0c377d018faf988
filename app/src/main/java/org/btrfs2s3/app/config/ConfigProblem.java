package org.btrfs2s3.app.config;

import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * Something about the file that its owner should know.
 *
 * @param message what was found and what is allowed, on one line; never a secret
 */
public record ConfigProblem(Position position, String message) {

  public ConfigProblem {
    // What the file holds must neither break the line nor steer the terminal.
    message =
        message
            .codePoints()
            .mapToObj(
                c -> Character.isISOControl(c) ? "\\u%04x".formatted(c) : Character.toString(c))
            .collect(Collectors.joining());
  }

  /** As a line of text: {@code file:line:column: message}. */
  public String describe(Path file) {
    if (position.equals(Position.FILE)) {
      return file + ": " + message;
    }
    return file + ":" + position.line() + ":" + position.column() + ": " + message;
  }
}
