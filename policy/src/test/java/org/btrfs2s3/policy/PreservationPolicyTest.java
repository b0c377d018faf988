package org.btrfs2s3.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PreservationPolicyTest {

  private static final Instant NOW = Instant.parse("2026-01-31T23:59:59Z");
  private static final ZoneId ZONE = ZoneId.of("Asia/Kathmandu");

  private final Locale before = Locale.getDefault();

  @AfterEach
  void restoreLocale() {
    Locale.setDefault(before);
  }

  @Test
  void saysWhatWasFoundAndWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PreservationPolicy.parse("3 months"))
        .withMessage(
            "invalid preservation policy \"3 months\": allowed are counts such as"
                + " \"1y 3m 30d 24h\", each at most once, one space between them, in this order:"
                + " y (yearly), q (quarterly), m (monthly), w (weekly), d (daily), h (hourly),"
                + " M (minutely), s (secondly)");
  }

  /** Turkish has a dotless i, Arabic other digits. */
  @Test
  void readsAndWritesTheSameInEveryLocale() {
    for (String tag : new String[] {"tr-TR", "ar-EG-u-nu-arab", "th-TH-u-ca-buddhist"}) {
      Locale.setDefault(Locale.forLanguageTag(tag));
      PreservationPolicy policy = PreservationPolicy.parse("1y 12m 30d 5M");
      assertThat(policy).hasToString("1y 12m 30d 5M");
      assertThat(policy.spansOf(NOW, ZONE))
          .extracting(span -> span.describe(ZONE))
          .containsExactly(
              "2026 yearly", "2026-02 monthly", "2026-02-01 daily", "2026-02-01T05:44 minutely");
    }
  }

  @Test
  void canonicalFormHasNoZeroAndNoOddSpaces() {
    assertThat(PreservationPolicy.parse("01y 0q 3m  \n")).hasToString("1y 3m");
    assertThat(PreservationPolicy.parse("0d").isEmpty()).isTrue();
  }

  @Test
  void refusesMoreSpansThanCanBeMeant() {
    PreservationPolicy policy = PreservationPolicy.parse("18446744073709551616s");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy.preservedSpans(NOW, ZONE))
        .withMessageContaining("at most 100000");
  }

  @Test
  void preservesTheSpanOfThePresentAndThoseBefore() {
    Set<TimeSpan> spans = PreservationPolicy.parse("1y 2m").preservedSpans(NOW, ZONE);
    assertThat(spans)
        .extracting(span -> span.describe(ZONE))
        .containsExactly("2026 yearly", "2026-02 monthly", "2026-01 monthly");
  }
}
