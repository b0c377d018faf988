package org.btrfs2s3.app.cli;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --wait SECONDS}. */
final class WaitOption {

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "60",
      converter = Seconds.class,
      description =
          "How long to wait while another run works on the snapshots; ${DEFAULT-VALUE} if absent.")
  private int seconds;

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
