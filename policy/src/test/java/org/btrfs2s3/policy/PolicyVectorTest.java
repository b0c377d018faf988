package org.btrfs2s3.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Policy strings: vectors {@code b_params}. */
class PolicyVectorTest {

  @TestFactory
  Stream<DynamicTest> parsesWhatThePythonToolParses() throws IOException {
    return VectorCase.all("b_params").stream()
        .map(vector -> dynamicTest(vector.id(), () -> check(vector.json())));
  }

  private static void check(JsonNode json) {
    String input = json.get("input").asText();
    if (!json.get("ok").asBoolean()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> PreservationPolicy.parse(input))
          .withMessageContaining(input);
      return;
    }
    PreservationPolicy policy = PreservationPolicy.parse(input);
    for (Timeframe timeframe : Timeframe.values()) {
      String field = timeframe.name().toLowerCase(Locale.ROOT) + "s";
      assertThat(policy.count(timeframe))
          .as(field)
          .isEqualTo(json.get("params").get(field).bigIntegerValue());
    }
    assertThat(PreservationPolicy.parse(policy.toString())).isEqualTo(policy);
  }
}
