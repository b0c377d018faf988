package org.btrfs2s3.app.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** {@code CONFIG}: the configuration as the last argument of a command. */
final class ConfigArgument {

  @Parameters(
      index = "+", // Behind what else the command takes.
      arity = "0..1",
      paramLabel = "CONFIG",
      description = "The same as --config.")
  private @Nullable Path file;

  /** Null if it is not given. */
  @Nullable Path file() {
    return file;
  }
}
