package org.btrfs2s3.app.cli;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code --wait SECONDS}. */
final class WaitOption {

  private static final String NAME = "--wait";

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
  private CommandSpec spec;

  @Option(
      names = NAME,
      paramLabel = "SECONDS",
      defaultValue = "60",
      converter = Seconds.class,
      description =
          "How long to wait while another run works on the snapshots; ${DEFAULT-VALUE} if absent.")
  private int seconds;

  /** Whether it is, as opposed to the default. */
  boolean isGiven() {
    return spec.commandLine().getParseResult().hasMatchedOption(NAME);
  }

  /** How long that is. */
  Duration duration() {
    return Duration.ofSeconds(seconds);
  }

  /** Not negative, and not for ever. */
  static final class Seconds implements ITypeConverter<Integer> {

    @Override
    public Integer convert(String text) {
      if (!text.matches("[0-9]{1,9}")) {
        throw new TypeConversionException("not a number of seconds: '" + text + "'");
      }
      return Integer.valueOf(text);
    }
  }
}
