package org.btrfs2s3.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.btrfs2s3.policy.VectorCase.Interval;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Time spans of an instant: vectors {@code c_iter_time_spans}. */
class TimeSpanVectorTest {

  @TestFactory
  Stream<DynamicTest> cutsTimeAsThePythonToolDoes() throws IOException {
    return VectorCase.all("c_iter_time_spans").stream()
        .map(vector -> dynamicTest(vector.id(), () -> check(vector)));
  }

  private static void check(VectorCase vector) {
    JsonNode json = vector.json();
    Instant instant = vector.instant("timestamp");
    List<TimeSpan> spans = vector.policy().spansOf(instant, vector.zone());
    List<Interval> expected = VectorCase.intervals(json.get("spans"));
    assertThat(spans).hasSameSizeAs(expected).allMatch(span -> span.contains(instant));

    boolean deviates = false;
    for (int i = 0; i < spans.size(); i++) {
      if (isOfRepeatedHour(json, i, spans.get(i).timeframe(), expected.get(i))) {
        deviates = true;
        assertThat(spans.get(i).timeframe()).isIn(Timeframe.MINUTE, Timeframe.SECOND);
        assertThat(Interval.of(spans.get(i)).length())
            .isEqualTo(spans.get(i).timeframe().duration());
      } else {
        assertThat(Interval.of(spans.get(i))).isEqualTo(expected.get(i));
      }
      String description = spans.get(i).describe(vector.zone());
      assertThat(description).isEqualTo(json.at("/describe/" + i).asText(description));
    }
    if (vector.bundled()) {
      assertThat(vector.deviates()).as("listed as a deviation").isEqualTo(deviates);
    }
  }

  /**
   * The Python tool gives the second pass the minutes and seconds of the first, and lets the last
   * ones of the first pass go on until the second one ends.
   */
  private static boolean isOfRepeatedHour(
      JsonNode json, int index, Timeframe timeframe, Interval expected) {
    for (JsonNode notContaining : json.path("not_containing")) {
      if (notContaining.asInt() == index) {
        return true;
      }
    }
    return (timeframe == Timeframe.MINUTE || timeframe == Timeframe.SECOND)
        && expected.length().compareTo(timeframe.duration()) > 0;
  }
}
