package org.btrfs2s3.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class TransferRateTest {

  private final TransferRate rate = new TransferRate(Duration.ofSeconds(10));

  private void add(long seconds, long bytes) {
    rate.add(Instant.EPOCH.plusSeconds(seconds), bytes);
  }

  @Test
  void isUnknownUntilTimeHasPassed() {
    assertThat(rate.bytesPerSecond()).isEmpty();
    add(0, 5);
    assertThat(rate.bytesPerSecond()).isEmpty();
    add(0, 50);
    assertThat(rate.bytesPerSecond()).isEmpty();
    assertThat(rate.timeFor(1)).isEmpty();
  }

  @Test
  void forgetsHowFastItWasLongAgo() {
    for (int second = 0; second <= 10; second++) {
      add(second, second * 1000L);
    }
    assertThat(rate.bytesPerSecond()).hasValue(1000L);

    for (int second = 11; second <= 20; second++) {
      add(second, 10_000 + (second - 10) * 10L);
    }
    assertThat(rate.bytesPerSecond()).hasValue(10L);
    assertThat(rate.timeFor(25)).hasValue(Duration.ofSeconds(3));
  }

  @Test
  void isKnownHoweverRareTheNews() {
    add(0, 0);
    add(3600, 7200);

    assertThat(rate.bytesPerSecond()).hasValue(2L);
  }

  @Test
  void tellsNoTimeWhereNothingMoves() {
    add(0, 100);
    add(5, 100);

    assertThat(rate.bytesPerSecond()).hasValue(0L);
    assertThat(rate.timeFor(1)).isEmpty();
  }

  @Test
  void beginsAnewWithTheTransferAndWithTheClock() {
    add(0, 1000);
    add(5, 2000);
    add(6, 0);
    assertThat(rate.bytesPerSecond()).isEmpty();
    add(7, 10);
    assertThat(rate.bytesPerSecond()).hasValue(10L);

    add(1, 20);
    assertThat(rate.bytesPerSecond()).isEmpty();
  }
}
