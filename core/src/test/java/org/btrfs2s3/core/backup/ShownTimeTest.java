package org.btrfs2s3.core.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

final class ShownTimeTest {

  private static final Instant TIME = Instant.parse("2026-07-01T12:00:00.987Z");

  @Test
  void isLocalWithItsOffset() {
    assertThat(ShownTime.of(TIME, ZoneId.of("Asia/Kolkata")))
        .isEqualTo("2026-07-01T17:30:00+05:30");
    assertThat(ShownTime.of(TIME, ZoneOffset.UTC)).isEqualTo("2026-07-01T12:00:00Z");
  }
}
