package org.btrfs2s3.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShortenedTest {

  @Test
  void leavesWhatFits() {
    assertThat(Shortened.to(10, "/data to a")).isEqualTo("/data to a");
  }

  @Test
  void keepsTheBeginningAndMoreOfTheEnd() {
    assertThat(Shortened.to(20, "/data of 2026-01-31T23:59:59+01:00 to cloud"))
        .isEqualTo("/data ..:00 to cloud");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/data of 2026-01-31 to cloud", "/写真/写真 of 2026 to 雲", "/💾/😀😀😀😀 to 😀"})
  void fitsIntoAnyWidth(String text) {
    for (int columns = 0; columns <= 60; columns++) {
      assertThat(Shortened.width(Shortened.to(columns, text))).isLessThanOrEqualTo(columns);
    }
  }
}
