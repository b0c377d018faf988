package org.btrfs2s3.core.backup;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A time as keys and snapshot names spell it.
 *
 * <p>We write one form, {@code 2026-01-31T23:59:59+01:00}. We read what the Python tool reads, or
 * its backups would be foreign to us: calendar, ordinal and week dates, basic and extended; a clock
 * down to fractions of a second; an offset of less than a day (none means UTC); the digits of every
 * script; and around all that one punctuation mark, or white space and anything.
 *
 * @param instant floored to seconds
 * @param offset UTC where the text's own is beyond the ±18 hours that {@link ZoneOffset} can hold
 */
record IsoTime(Instant instant, ZoneOffset offset) {

  private static final DateTimeFormatter FORMAT =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
          // The offset's seconds appear only where there are any: local mean times.
          .appendOffset("+HH:MM:ss", "+00:00")
          .toFormatter(Locale.ROOT);

  private static final String PUNCTUATION = "[,.;:?!\"'`\\[\\]{}()<>]?";

  /** The separators FS, GS, RS and US are white space to Python only. */
  private static final String SPACE = "[\\s\\x1c-\\x1f]";

  private static final String BEFORE = "(?:[^T ]*" + SPACE + ")?" + PUNCTUATION;

  private static final String AFTER = PUNCTUATION + "(?:" + SPACE + ".*)?";

  private static final String DATE =
      "(?<year>\\d{4})"
          + "(?:-(?<month>\\d{1,2})-(?<day>\\d{1,2})"
          + "|(?<basicMonth>\\d{2})(?<basicDay>\\d{2})"
          + "|-?(?<dayOfYear>\\d{3})"
          + "|-(?<onlyMonth>\\d{2})"
          + "|-?[Ww](?<week>\\d{2})-?(?<dayOfWeek>\\d)?"
          + ")?";

  private static final String CLOCK =
      "(?<hour>\\d{2})(?:(?<colon>:?)(?<minute>\\d{2})"
          + "(?:\\k<colon>(?<second>\\d{2})(?:[,.](?<fraction>\\d+))?)?)?";

  /** The minutes of an offset go without a colon only where no colon follows anywhere. */
  private static final String OFFSET =
      "(?:Z|(?<sign>[+-])(?<offsetHour>\\d{2})"
          + "(?:(?<basicOffsetMinute>\\d{2})(?=[^:]*\\z)|:(?<offsetMinute>\\d{2}))?)";

  private static final Pattern DAY = pattern(BEFORE + DATE + AFTER);

  private static final Pattern MOMENT =
      pattern(BEFORE + DATE + "[T ]" + CLOCK + "(?:" + OFFSET + AFTER + "|\\n?)");

  private static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.DOTALL | Pattern.UNICODE_CHARACTER_CLASS);
  }

  /**
   * Spells a time, floored to seconds.
   *
   * @throws IllegalArgumentException if the year has not four digits, for which there is no form
   */
  static String format(Instant instant, ZoneId zone) {
    ZonedDateTime local = instant.atZone(zone);
    if (local.getYear() < 1 || local.getYear() > 9999) {
      throw new IllegalArgumentException("year out of 0001..9999: " + instant);
    }
    return FORMAT.format(local);
  }

  /** The time that a text spells, or null if it spells none. */
  static @Nullable IsoTime parse(String text) {
    String ascii = Numeral.asciiDigits(text);
    long spaces = ascii.chars().filter(c -> c == ' ').count();
    boolean t = ascii.indexOf('T') >= 0;
    if (spaces > (t ? 0 : 1)) {
      return null;
    }
    boolean hasClock = t || spaces > 0;
    Matcher matcher = (hasClock ? MOMENT : DAY).matcher(ascii);
    if (!matcher.matches()) {
      return null;
    }
    try {
      LocalDate date = date(matcher);
      return hasClock ? moment(date, matcher) : of(date.atStartOfDay(), 0);
    } catch (DateTimeException e) {
      return null; // A date or time that does not exist, such as February 30.
    }
  }

  private static LocalDate date(Matcher matcher) {
    int year = number(matcher, "year", 0);
    if (matcher.group("week") != null) {
      return weekDate(year, number(matcher, "week", 1), number(matcher, "dayOfWeek", 1));
    }
    if (matcher.group("dayOfYear") != null) {
      return ordinalDate(year, number(matcher, "dayOfYear", 1));
    }
    int month =
        number(matcher, "month", number(matcher, "basicMonth", number(matcher, "onlyMonth", 1)));
    return LocalDate.of(year, month, number(matcher, "day", number(matcher, "basicDay", 1)));
  }

  // To the Python tool, day 366 of a common year, week 0, and a week 53 that the year has not, lie
  // in the neighbouring year; and there are neither days nor weeks of years before 1000.

  private static LocalDate ordinalDate(int year, int dayOfYear) {
    check(year >= 1000 && dayOfYear >= 1 && dayOfYear <= 366);
    return LocalDate.ofYearDay(year, 1).plusDays(dayOfYear - 1L);
  }

  private static LocalDate weekDate(int year, int week, int dayOfWeek) {
    check(year >= 1000 && week <= 53);
    return LocalDate.of(year, 1, 4) // always lies in week 1
        .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
        .plusWeeks(week - 1L)
        .with(TemporalAdjusters.nextOrSame(DayOfWeek.of(dayOfWeek)));
  }

  private static void check(boolean exists) {
    if (!exists) {
      throw new DateTimeException("no such date");
    }
  }

  private static @Nullable IsoTime moment(LocalDate date, Matcher matcher) {
    int hour = number(matcher, "hour", 0);
    int minute = number(matcher, "minute", 0);
    int second = number(matcher, "second", 0);
    int micros = micros(matcher.group("fraction"));
    int offset =
        number(matcher, "offsetHour", 0) * 3600
            + number(matcher, "offsetMinute", number(matcher, "basicOffsetMinute", 0)) * 60;
    if (offset >= 24 * 3600) {
      return null;
    }
    boolean endOfDay = hour == 24 && minute == 0 && second == 0 && micros == 0;
    LocalDateTime local =
        endOfDay
            ? date.plusDays(1).atStartOfDay()
            : date.atTime(LocalTime.of(hour, minute, second)).plusSeconds(micros / 1_000_000);
    return of(local, "-".equals(matcher.group("sign")) ? -offset : offset);
  }

  /** Microseconds, rounded as the Python tool does, which may make a whole second. */
  private static int micros(@Nullable String fraction) {
    if (fraction == null) {
      return 0;
    }
    String seven = fraction.substring(0, Math.min(7, fraction.length()));
    return new BigDecimal("0." + seven)
        .setScale(6, RoundingMode.HALF_EVEN)
        .movePointRight(6)
        .intValueExact();
  }

  private static @Nullable IsoTime of(LocalDateTime local, int offset) {
    if (local.getYear() < 1 || local.getYear() > 9999) {
      return null;
    }
    boolean representable = Math.abs(offset) <= ZoneOffset.MAX.getTotalSeconds();
    return new IsoTime(
        Instant.ofEpochSecond(local.toEpochSecond(ZoneOffset.UTC) - offset),
        representable ? ZoneOffset.ofTotalSeconds(offset) : ZoneOffset.UTC);
  }

  private static int number(Matcher matcher, String group, int otherwise) {
    String digits = matcher.group(group);
    return digits == null ? otherwise : Integer.parseInt(digits);
  }
}
