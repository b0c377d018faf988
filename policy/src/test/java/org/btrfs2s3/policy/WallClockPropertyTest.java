package org.btrfs2s3.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

@Domain(Worlds.class)
@Domain(DomainContext.Global.class)
class WallClockPropertyTest {

  private static final Instant FIRST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("2100-12-31T00:00:00Z");

  @Provide
  Arbitrary<Instant> instants() {
    return Arbitraries.longs()
        .between(FIRST.getEpochSecond(), LAST.getEpochSecond())
        .map(Instant::ofEpochSecond);
  }

  @Property(seed = "11", tries = 3000)
  void everyInstantLiesInExactlyOneSpan(
      @ForAll("instants") Instant instant, @ForAll ZoneId zone, @ForAll Timeframe timeframe) {
    checkPartition(new WallClock(zone), timeframe, instant);
  }

  /** Where the clock changes is where it goes wrong: before, at and after each of them. */
  @Property(seed = "12", tries = 48)
  void everyInstantAroundAClockChangeLiesInExactlyOneSpan(
      @ForAll ZoneId zone, @ForAll Timeframe timeframe) {
    WallClock clock = new WallClock(zone);
    for (ZoneOffsetTransition change : changes(zone)) {
      for (int minutes : new int[] {-1441, -90, -61, -31, -1, 0, 1, 29, 31, 59, 61, 89, 1441}) {
        Instant instant = change.getInstant().plusSeconds(60L * minutes);
        checkPartition(clock, timeframe, instant);
        checkPartition(clock, timeframe, instant.minusNanos(1));
      }
    }
  }

  private static List<ZoneOffsetTransition> changes(ZoneId zone) {
    List<ZoneOffsetTransition> changes = new ArrayList<>();
    ZoneOffsetTransition change = zone.getRules().nextTransition(FIRST);
    while (change != null && change.getInstant().isBefore(LAST)) {
      changes.add(change);
      change = zone.getRules().nextTransition(change.getInstant());
    }
    return changes;
  }

  private static void checkPartition(WallClock clock, Timeframe timeframe, Instant instant) {
    TimeSpan span = clock.spanOf(timeframe, instant);
    assertThat(span.contains(instant)).as("%s contains %s", span, instant).isTrue();
    assertThat(clock.spanOf(timeframe, span.start())).isEqualTo(span);
    assertThat(clock.spanOf(timeframe, span.end().minusNanos(1))).isEqualTo(span);
    assertThat(clock.spanOf(timeframe, span.end()).start()).isEqualTo(span.end());
    assertThat(clock.spanOf(timeframe, span.start().minusNanos(1)).end()).isEqualTo(span.start());
    assertThat(span.describe(clock.zone())).isNotEmpty();
  }

  @Property(seed = "13", tries = 1000)
  void minutesAndSecondsLastNoLongerThanTheySay(
      @ForAll("instants") Instant instant, @ForAll ZoneId zone) {
    WallClock clock = new WallClock(zone);
    for (Timeframe timeframe : List.of(Timeframe.MINUTE, Timeframe.SECOND)) {
      TimeSpan span = clock.spanOf(timeframe, instant);
      assertThat(span.start().plus(timeframe.duration())).isAfterOrEqualTo(span.end());
    }
  }

  @Property(seed = "14", tries = 1000)
  void preservesThePresentAndAtMostAsManySpansAsAskedFor(
      @ForAll("instants") Instant now, @ForAll ZoneId zone, @ForAll Timeframe timeframe) {
    List<TimeSpan> spans = new WallClock(zone).latest(timeframe, now, 20);
    assertThat(spans).hasSize(20);
    assertThat(spans.getFirst().contains(now)).isTrue();
    assertThat(new HashSet<>(spans)).hasSizeBetween(1, 20);
  }
}
