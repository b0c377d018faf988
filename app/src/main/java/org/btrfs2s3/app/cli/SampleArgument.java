package org.btrfs2s3.app.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.btrfs2s3.app.config.Measure;
import org.btrfs2s3.core.verify.Sample;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A part of the backups on the command line: {@code 10%}, {@code 1/7}, {@code 5GiB}. */
final class SampleArgument implements ITypeConverter<Sample> {

  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3})%");
  private static final Pattern FRACTION = Pattern.compile("([0-9]{1,9})/([0-9]{1,9})");

  @Override
  public Sample convert(String text) {
    try {
      return sample(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "not a part of the backups, such as 10%%, 1/7 or 5GiB: '%s'".formatted(text));
    }
  }

  private static Sample sample(String text) {
    Matcher percent = PERCENT.matcher(text);
    if (percent.matches()) {
      return new Sample.Share(Integer.parseInt(percent.group(1)), 100);
    }
    Matcher fraction = FRACTION.matcher(text);
    if (fraction.matches()) {
      int groups = Integer.parseInt(fraction.group(2));
      if (groups > Sample.Share.MAX_GROUPS) {
        throw new TypeConversionException(
            "in n/m, such as 1/7, m is at most %d: '%s'".formatted(Sample.Share.MAX_GROUPS, text));
      }
      return new Sample.Share(Integer.parseInt(fraction.group(1)), groups);
    }
    return new Sample.Bytes(
        Measure.SIZE
            .parse(text)
            .orElseThrow(() -> new IllegalArgumentException("not a size: " + text)));
  }
}
