package org.btrfs2s3.policy;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.time.zone.ZoneOffsetTransition;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.btrfs2s3.policy.VectorCase.Interval;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Preserved sets: vectors {@code d_should_preserve}. */
class PreservedSpansVectorTest {

  @TestFactory
  Stream<DynamicTest> preservesWhatThePythonToolPreserves() throws IOException {
    return VectorCase.all("d_should_preserve").stream()
        .map(vector -> dynamicTest(vector.id(), () -> check(vector)));
  }

  private static void check(VectorCase vector) {
    Instant now = vector.instant("now");
    if (vector.json().has("raises")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> vector.policy().preservedSpans(now, vector.zone()));
      return;
    }
    Set<TimeSpan> preserved = vector.policy().preservedSpans(now, vector.zone());
    Set<Interval> expected =
        new HashSet<>(VectorCase.intervals(vector.json().get("preserved_spans")));
    boolean deviates = !new HashSet<>(Interval.of(preserved)).equals(expected);

    if (vector.bundled()) {
      assertThat(deviates).as("listed as a deviation").isEqualTo(vector.deviates());
    }
    if (deviates) {
      checkUntouched(vector, preserved, expected);
      touched(vector).forEach(timeframe -> checkContiguous(timeframe, now, preserved, vector));
    } else {
      checkProbes(vector.json().get("probes"), preserved);
    }
  }

  private static Set<Timeframe> touched(VectorCase vector) {
    return Stream.of(Timeframe.MINUTE, Timeframe.SECOND)
        .filter(timeframe -> touchesRepeatedHour(vector, timeframe))
        .collect(toSet());
  }

  /** Whether the clock was put back during the preserved minutes or seconds, or just after. */
  private static boolean touchesRepeatedHour(VectorCase vector, Timeframe timeframe) {
    Instant now = vector.instant("now");
    int count = vector.policy().count(timeframe).intValueExact();
    ZoneOffsetTransition last =
        vector.zone().getRules().previousTransition(now.plus(timeframe.duration()).plusNanos(1));
    return count > 0
        && last != null
        && last.isOverlap()
        && now.plus(last.getDuration())
            .minus(timeframe.duration().multipliedBy(count))
            .isBefore(last.getInstant());
  }

  /** Exactly those that the repeated hour does not touch must equal the vector's. */
  private static void checkUntouched(
      VectorCase vector, Set<TimeSpan> preserved, Set<Interval> expected) {
    Set<Timeframe> touched = touched(vector);
    assertThat(touched).isNotEmpty();
    assertThat(expected)
        .containsAll(
            preserved.stream()
                .filter(span -> !touched.contains(span.timeframe()))
                .map(Interval::of)
                .toList());
    assertThat(preserved).hasSize(vector.json().get("n_distinct").asInt());
  }

  private static void checkContiguous(
      Timeframe timeframe, Instant now, Set<TimeSpan> preserved, VectorCase vector) {
    List<TimeSpan> spans =
        preserved.stream().filter(span -> span.timeframe() == timeframe).toList();
    assertThat(spans).hasSize(vector.policy().count(timeframe).intValueExact());
    for (int i = 0; i < spans.size(); i++) {
      assertThat(i == 0 ? spans.get(i).contains(now) : follows(spans.get(i - 1), spans.get(i)))
          .isTrue();
    }
  }

  private static boolean follows(TimeSpan later, TimeSpan earlier) {
    return later.start().equals(earlier.end());
  }

  private static void checkProbes(JsonNode probes, Set<TimeSpan> preserved) {
    Set<Interval> intervals = new HashSet<>(Interval.of(preserved));
    for (JsonNode probe : probes) {
      assertThat(intervals.contains(VectorCase.interval(probe.get(1))))
          .as("probe %s", probe)
          .isEqualTo(probe.get(2).asBoolean());
    }
  }
}
