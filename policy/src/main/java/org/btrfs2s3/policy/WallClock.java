package org.btrfs2s3.policy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts time into the spans of each timeframe, as the wall clock of a zone shows them.
 *
 * <p>In every timeframe the spans partition time: each instant lies in exactly one of them. Where
 * the clock is put back, an hour or a longer span goes on through what is shown twice, whereas the
 * second pass has minutes and seconds of its own.
 */
record WallClock(ZoneId zone) {

  TimeSpan spanOf(Timeframe timeframe, Instant instant) {
    return switch (timeframe) {
      case YEAR, QUARTER, MONTH, WEEK, DAY, HOUR -> wallSpan(timeframe, instant);
      case MINUTE, SECOND -> elapsedSpan(timeframe, instant);
    };
  }

  /**
   * The span of {@code now} and the {@code count - 1} before it, latest first.
   *
   * <p>A unit that the clock skipped counts too. It stands for the one that it was put forward to,
   * so that fewer than {@code count} may be distinct.
   *
   * @throws IllegalArgumentException if they begin before the year 1
   */
  List<TimeSpan> latest(Timeframe timeframe, Instant now, int count) {
    TimeSpan last = spanOf(timeframe, now);
    LocalDateTime floor = floor(timeframe, last.start());
    if (timeframe.plus(floor, 1L - count).getYear() < 1) {
      throw new IllegalArgumentException(
          "%d%s up to %s begin before the year 1".formatted(count, timeframe.symbol(), now));
    }
    return switch (timeframe) {
      case YEAR, QUARTER, MONTH, WEEK, DAY, HOUR -> wallSpans(last, floor, count);
      case MINUTE, SECOND -> elapsedSpans(last, count);
    };
  }

  /**
   * When the unit begins that comes {@code count} after that of a span. Minutes and seconds are
   * counted as they pass, without those that the clock skips meanwhile.
   */
  Instant startAfter(TimeSpan span, int count) {
    Timeframe timeframe = span.timeframe();
    return switch (timeframe) {
      case YEAR, QUARTER, MONTH, WEEK, DAY, HOUR ->
          boundary(timeframe.plus(floor(timeframe, span.start()), count));
      case MINUTE, SECOND -> span.start().plus(timeframe.duration().multipliedBy(count));
    };
  }

  private LocalDateTime floor(Timeframe timeframe, Instant instant) {
    return timeframe.floor(instant.atZone(zone).toLocalDateTime());
  }

  private TimeSpan wallSpan(Timeframe timeframe, Instant instant) {
    LocalDateTime floor = floor(timeframe, instant);
    Instant start = boundary(floor);
    LocalDateTime next = timeframe.plus(floor, 1);
    Instant end = boundary(next);
    // A clock put back across a boundary shows the old unit again, but the new one has begun:
    // St. John's did so at 00:01 until 2011.
    while (!instant.isBefore(end)) {
      start = end;
      next = timeframe.plus(next, 1);
      end = boundary(next);
    }
    return new TimeSpan(timeframe, start, end);
  }

  /** When the clock first shows {@code wall}, or a later time if it skips it. */
  private Instant boundary(LocalDateTime wall) {
    List<ZoneOffset> offsets = rules().getValidOffsets(wall);
    return offsets.isEmpty()
        ? rules().getTransition(wall).getInstant()
        : wall.toInstant(offsets.getFirst());
  }

  private List<TimeSpan> wallSpans(TimeSpan last, LocalDateTime floor, int count) {
    List<TimeSpan> spans = new ArrayList<>(count);
    spans.add(last);
    for (int back = 1; back < count; back++) {
      // If the clock skips this time, atZone puts it forward by as much.
      Instant instant = last.timeframe().plus(floor, -back).atZone(zone).toInstant();
      spans.add(spanOf(last.timeframe(), instant));
    }
    return spans;
  }

  private TimeSpan elapsedSpan(Timeframe timeframe, Instant instant) {
    ZoneOffset offset = rules().getOffset(instant);
    LocalDateTime floor = timeframe.floor(LocalDateTime.ofInstant(instant, offset));
    Instant start = floor.toInstant(offset);
    Instant end = timeframe.plus(floor, 1).toInstant(offset);
    // Offsets with seconds (local mean time; Liberia until 1972) change within a minute.
    if (!rules().getOffset(start).equals(offset)) {
      start = rules().nextTransition(start).getInstant();
    }
    if (!rules().getOffset(end.minusNanos(1)).equals(offset)) {
      end = rules().nextTransition(instant).getInstant();
    }
    return new TimeSpan(timeframe, start, end);
  }

  private List<TimeSpan> elapsedSpans(TimeSpan last, int count) {
    List<TimeSpan> spans = new ArrayList<>(count);
    TimeSpan span = last;
    while (spans.size() < count) {
      spans.add(span);
      addSkippedBefore(span, spans, count);
      span = spanOf(span.timeframe(), span.start().minusNanos(1));
    }
    return spans;
  }

  private void addSkippedBefore(TimeSpan span, List<TimeSpan> spans, int count) {
    Duration unit = span.timeframe().duration();
    Duration ahead = skippedAt(span.start()).minus(unit);
    while (!ahead.isNegative() && spans.size() < count) {
      spans.add(spanOf(span.timeframe(), span.start().plus(ahead)));
      ahead = ahead.minus(unit);
    }
  }

  /** By how much the clock is put forward at {@code instant}; not positive if it is not. */
  private Duration skippedAt(Instant instant) {
    int before = rules().getOffset(instant.minusNanos(1)).getTotalSeconds();
    int after = rules().getOffset(instant).getTotalSeconds();
    return Duration.ofSeconds((long) after - before);
  }

  private ZoneRules rules() {
    return zone.getRules();
  }
}
