package org.btrfs2s3.policy;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;

/** A kind of interval on the wall clock, from long to short. */
public enum Timeframe {
  YEAR("y", "yearly", ChronoUnit.YEARS, 1),
  QUARTER("q", "quarterly", ChronoUnit.MONTHS, 3),
  MONTH("m", "monthly", ChronoUnit.MONTHS, 1),
  /** An ISO week: it begins on Monday. */
  WEEK("w", "weekly", ChronoUnit.WEEKS, 1),
  DAY("d", "daily", ChronoUnit.DAYS, 1),
  HOUR("h", "hourly", ChronoUnit.HOURS, 1),
  MINUTE("M", "minutely", ChronoUnit.MINUTES, 1),
  SECOND("s", "secondly", ChronoUnit.SECONDS, 1);

  private final String symbol;
  private final String adverb;
  private final ChronoUnit unit;
  private final int amount;

  Timeframe(String symbol, String adverb, ChronoUnit unit, int amount) {
    this.symbol = symbol;
    this.adverb = adverb;
    this.unit = unit;
    this.amount = amount;
  }

  /** The letter in a policy string; {@code m} is a month, {@code M} a minute. */
  public String symbol() {
    return symbol;
  }

  /** Such as {@code monthly}. */
  public String adverb() {
    return adverb;
  }

  LocalDateTime floor(LocalDateTime wall) {
    LocalDate day = wall.toLocalDate();
    return switch (this) {
      case YEAR -> day.withDayOfYear(1).atStartOfDay();
      case QUARTER -> day.with(IsoFields.DAY_OF_QUARTER, 1).atStartOfDay();
      case MONTH -> day.withDayOfMonth(1).atStartOfDay();
      case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).atStartOfDay();
      case DAY -> day.atStartOfDay();
      case HOUR, MINUTE, SECOND -> wall.truncatedTo(unit);
    };
  }

  LocalDateTime plus(LocalDateTime wall, long count) {
    return wall.plus(Math.multiplyExact(count, (long) amount), unit);
  }

  /** The nominal length of one unit. */
  Duration duration() {
    return unit.getDuration().multipliedBy(amount);
  }

  /** Such as {@code 1970-Q1}. A week has the calendar year of its Monday, as in the vectors. */
  String label(LocalDateTime start) {
    LocalDate day = start.toLocalDate();
    return switch (this) {
      case YEAR -> String.format(Locale.ROOT, "%04d", day.getYear());
      case QUARTER ->
          String.format(Locale.ROOT, "%04d-Q%d", day.getYear(), day.get(IsoFields.QUARTER_OF_YEAR));
      case MONTH -> String.format(Locale.ROOT, "%04d-%02d", day.getYear(), day.getMonthValue());
      case WEEK ->
          String.format(
              Locale.ROOT, "%04d-W%02d", day.getYear(), day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      case DAY -> day.toString();
      case HOUR -> String.format(Locale.ROOT, "%sT%02d", day, start.getHour());
      case MINUTE ->
          String.format(Locale.ROOT, "%sT%02d:%02d", day, start.getHour(), start.getMinute());
      case SECOND ->
          String.format(
              Locale.ROOT,
              "%sT%02d:%02d:%02d",
              day,
              start.getHour(),
              start.getMinute(),
              start.getSecond());
    };
  }
}
