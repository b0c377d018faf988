package org.btrfs2s3.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A span is preserved until then, and not from then on. */
final class PreservedUntilTest {

  @ParameterizedTest
  @CsvSource({
    "1y 2q 3m 4w 5d 6h 7M 8s, UTC, 2026-01-31T23:59:59Z",
    "1y 2q 3m 4w 5d 6h 7M 8s, Europe/Berlin, 2026-03-28T23:30:00Z",
    "1y 2q 3m 4w 5d 6h, America/St_Johns, 2010-11-06T12:00:00Z",
    "3y 12m 40d, Pacific/Apia, 2011-12-28T12:00:00Z",
    "9w 400d 30h, Australia/Lord_Howe, 2026-04-04T12:00:00Z",
  })
  void isTheBorder(String policy, ZoneId zone, Instant time) {
    var preservation = PreservationPolicy.parse(policy);
    for (var span : preservation.spansOf(time, zone)) {
      var until = preservation.preservedUntil(span, zone);

      assertThat(until).isAfterOrEqualTo(span.end());
      assertThat(preservation.preservedSpans(until.minusMillis(1), zone))
          .as("%s before %s", span, until)
          .contains(span);
      assertThat(preservation.preservedSpans(until, zone))
          .as("%s at %s", span, until)
          .doesNotContain(span);
    }
  }
}
