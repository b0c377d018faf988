package org.btrfs2s3.app.cli;

import java.time.Duration;
import org.btrfs2s3.app.config.Measure;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations on the command line, written as in the configuration: {@code 30d}. */
final class DurationArgument implements ITypeConverter<Duration> {

  @Override
  public Duration convert(String text) {
    return Duration.ofSeconds(
        Measure.DURATION
            .parse(text)
            .orElseThrow(
                () ->
                    new TypeConversionException(
                        "not " + Measure.DURATION.describe() + ": '" + text + "'")));
  }
}
