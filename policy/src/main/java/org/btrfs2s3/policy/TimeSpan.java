package org.btrfs2s3.policy;

import static java.time.format.DateTimeFormatter.ISO_LOCAL_DATE_TIME;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;

/**
 * One interval of a timeframe, half-open.
 *
 * @param start the first instant in it
 * @param end the first instant after it
 */
public record TimeSpan(Timeframe timeframe, Instant start, Instant end) {

  public TimeSpan {
    if (!start.isBefore(end)) {
      throw new IllegalArgumentException("empty time span: " + start + " to " + end);
    }
  }

  public boolean contains(Instant instant) {
    return !instant.isBefore(start) && instant.isBefore(end);
  }

  /**
   * Such as {@code 1970-Q1 quarterly}; if the clock skipped the beginning of the unit, from when to
   * when it lasts.
   *
   * @param zone the one it was computed in
   */
  public String describe(ZoneId zone) {
    LocalDateTime first = start.atZone(zone).toLocalDateTime();
    if (timeframe.floor(first).equals(first)) {
      return timeframe.label(first) + " " + timeframe.adverb();
    }
    LocalDateTime last = end.atZone(zone).toLocalDateTime();
    return ISO_LOCAL_DATE_TIME.format(first) + "/" + ISO_LOCAL_DATE_TIME.format(last);
  }
}
