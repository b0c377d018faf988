package org.btrfs2s3.policy;

import static java.util.stream.Collectors.joining;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many time spans of each timeframe are preserved: the string {@code 1y 3m 30d 24h}.
 *
 * <p>{@code 3m} preserves the month that contains the present and the two before it. The longest
 * timeframe yields full backups, each shorter one differentials against the next longer one. The
 * empty policy preserves no span.
 */
public final class PreservationPolicy {

  /** The planner holds them all in memory, at about 130 bytes each; a day of seconds is 86,400. */
  static final int MAX_SPANS = 100_000;

  /**
   * What the Python tool accepts: the order is fixed, one space may follow each place even if
   * nothing stands there, and one line feed may follow it all; digits may be of any script.
   */
  private static final Pattern SYNTAX =
      Pattern.compile(
          Arrays.stream(Timeframe.values())
              .map(
                  timeframe ->
                      "(?:\\b(?<%s>\\d+)%s\\b)? ?".formatted(timeframe.name(), timeframe.symbol()))
              .collect(joining("", "", "\\n?")),
          Pattern.UNICODE_CHARACTER_CLASS);

  private final Map<Timeframe, BigInteger> counts;

  private PreservationPolicy(Map<Timeframe, BigInteger> counts) {
    this.counts = counts;
  }

  /**
   * Reads a policy string.
   *
   * @throws IllegalArgumentException if it is none; the message says what is allowed
   */
  public static PreservationPolicy parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "invalid preservation policy \"%s\": allowed are counts such as \"1y 3m 30d 24h\", each"
                  .formatted(text)
              + " at most once, one space between them, in this order: "
              + Arrays.stream(Timeframe.values())
                  .map(timeframe -> timeframe.symbol() + " (" + timeframe.adverb() + ")")
                  .collect(joining(", ")));
    }
    Map<Timeframe, BigInteger> counts = new EnumMap<>(Timeframe.class);
    for (Timeframe timeframe : Timeframe.values()) {
      String digits = matcher.group(timeframe.name());
      if (digits != null && number(digits).signum() > 0) {
        counts.put(timeframe, number(digits));
      }
    }
    return new PreservationPolicy(counts);
  }

  /** The nominal length of the longest timeframe, whose backups are full. */
  public Optional<Duration> longest() {
    return counts.keySet().stream().findFirst().map(Timeframe::duration);
  }

  /** BigInteger reads the digits of other scripts only if one char holds each. */
  private static BigInteger number(String digits) {
    return new BigInteger(
        digits
            .codePoints()
            .mapToObj(digit -> Integer.toString(Character.digit(digit, 10)))
            .collect(joining()));
  }

  /** How many spans of this timeframe are preserved; zero if the policy does not name it. */
  public BigInteger count(Timeframe timeframe) {
    return counts.getOrDefault(timeframe, BigInteger.ZERO);
  }

  /** Whether it preserves no span, so that only the most recent snapshot and backup stay. */
  public boolean isEmpty() {
    return counts.isEmpty();
  }

  /** The span of each timeframe of this policy that contains the instant, from long to short. */
  public List<TimeSpan> spansOf(Instant instant, ZoneId zone) {
    WallClock clock = new WallClock(zone);
    return counts.keySet().stream().map(timeframe -> clock.spanOf(timeframe, instant)).toList();
  }

  /**
   * All spans that are preserved at {@code now}, from long to short and from late to early.
   *
   * @throws IllegalArgumentException if they begin before the year 1, or are too many to be meant
   */
  public Set<TimeSpan> preservedSpans(Instant now, ZoneId zone) {
    BigInteger total = counts.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
    if (total.compareTo(BigInteger.valueOf(MAX_SPANS)) > 0) {
      throw new IllegalArgumentException(
          "the preservation policy \"%s\" asks for %d time spans; at most %d are possible"
              .formatted(this, total, MAX_SPANS));
    }
    WallClock clock = new WallClock(zone);
    Set<TimeSpan> spans = new LinkedHashSet<>();
    counts.forEach(
        (timeframe, count) -> spans.addAll(clock.latest(timeframe, now, count.intValueExact())));
    return Collections.unmodifiableSet(spans);
  }

  /**
   * From when on a span of this policy is not among the {@link #preservedSpans} any more. Where the
   * clock is put forward meanwhile, a minute or a second may go earlier by as much.
   *
   * @throws IllegalArgumentException if the policy preserves more spans than can be meant
   */
  public Instant preservedUntil(TimeSpan span, ZoneId zone) {
    BigInteger count = count(span.timeframe());
    if (count.compareTo(BigInteger.valueOf(MAX_SPANS)) > 0) {
      throw new IllegalArgumentException("too many time spans: " + this);
    }
    return new WallClock(zone).startAfter(span, count.intValueExact());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PreservationPolicy policy && counts.equals(policy.counts);
  }

  @Override
  public int hashCode() {
    return counts.hashCode();
  }

  /** The canonical form, such as {@code 1y 3m}; {@link #parse} reads it back. */
  @Override
  public String toString() {
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + entry.getKey().symbol())
        .collect(joining(" "));
  }
}
