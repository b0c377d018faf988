package org.btrfs2s3.app.cli;

import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --wait SECONDS}. */
final class WaitOption {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli before any command runs
  private CommandSpec spec;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "How long to wait while another run works on the snapshots; ${DEFAULT-VALUE} if absent.")
  private int seconds;

  /**
   * How long that is.
   *
   * @throws ParameterException if it is negative
   */
  Duration duration() {
    if (seconds < 0) {
      throw new ParameterException(spec.commandLine(), "--wait must not be negative: " + seconds);
    }
    return Duration.ofSeconds(seconds);
  }
}
