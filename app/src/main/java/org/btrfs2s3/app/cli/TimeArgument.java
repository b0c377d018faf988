package org.btrfs2s3.app.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Times on the command line. */
final class TimeArgument {

  /** As {@code date} and {@code btrfs subvolume show} write them. */
  private static final Pattern BLANKS = Pattern.compile("(?<=[0-9]) +(?=[0-9+-])");

  private static final DateTimeFormatter FORMAT =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .appendPattern("[XXX][XX][X]")
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private TimeArgument() {}

  /**
   * ISO 8601, or the same with a blank for the T and before the offset; without an offset it is a
   * local time of the zone. Of two that it may be when clocks are put back, the earlier.
   *
   * @throws ParameterException if it is neither
   */
  static Instant parse(String text, ZoneId zone, CommandLine commandLine) {
    try {
      var parsed = FORMAT.parseBest(withoutBlanks(text), OffsetDateTime::from, LocalDateTime::from);
      return parsed instanceof OffsetDateTime time
          ? time.toInstant()
          : LocalDateTime.from(parsed).atZone(zone).toInstant();
    } catch (DateTimeException e) {
      throw new ParameterException(
          commandLine,
          "not a date with a time of day, such as 2026-01-31T23:59:59 or 2026-01-31T23:59:59+01:00: '"
              + text
              + "'",
          e);
    }
  }

  /** The first of them stands for the T. */
  private static String withoutBlanks(String text) {
    var withT =
        text.indexOf('T') < 0 && text.indexOf('t') < 0
            ? BLANKS.matcher(text).replaceFirst("T")
            : text;
    return BLANKS.matcher(withT).replaceFirst("");
  }
}
