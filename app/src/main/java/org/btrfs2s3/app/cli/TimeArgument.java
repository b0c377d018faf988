package org.btrfs2s3.app.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Times on the command line. */
final class TimeArgument {

  private TimeArgument() {}

  /**
   * ISO 8601; without an offset it is a local time of the zone.
   *
   * @throws ParameterException if it is neither
   */
  static Instant parse(String text, ZoneId zone, CommandLine commandLine) {
    try {
      var parsed =
          DateTimeFormatter.ISO_DATE_TIME.parseBest(
              text, OffsetDateTime::from, LocalDateTime::from);
      return parsed instanceof OffsetDateTime time
          ? time.toInstant()
          : LocalDateTime.from(parsed).atZone(zone).toInstant();
    } catch (DateTimeException e) {
      throw new ParameterException(
          commandLine,
          "not a time in ISO 8601, such as 2026-01-31T23:59:59 or 2026-01-31T23:59:59+01:00: "
              + text,
          e);
    }
  }
}
