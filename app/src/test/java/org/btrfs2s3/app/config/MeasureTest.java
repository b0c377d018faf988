package org.btrfs2s3.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MeasureTest {

  @ParameterizedTest
  @CsvSource({
    "SIZE, 17, 17",
    "SIZE, 1KiB, 1024",
    "SIZE, 16 GiB, 17179869184",
    "SIZE, 2TiB, 2199023255552",
    "RATE, 5kB/s, 5000",
    "RATE, 20MB/s, 20000000",
    "RATE, 1GB/s, 1000000000",
    "RATE, 1KiB/s, 1024",
    "RATE, 2 MiB/s, 2097152",
    "RATE, 1GiB/s, 1073741824",
    "DURATION, 30s, 30",
    "DURATION, 10m, 600",
    "DURATION, 6h, 21600",
    "DURATION, 30d, 2592000",
    "DURATION, 0s, 0",
  })
  void readsANumberAndItsUnit(Measure measure, String text, long amount) {
    assertThat(measure.parse(text)).hasValue(amount);
  }

  @ParameterizedTest
  @CsvSource({
    "SIZE, ''",
    "SIZE, GiB",
    "SIZE, -1",
    "SIZE, +1",
    "SIZE, 1.5GiB",
    "SIZE, 1GB",
    "SIZE, 1gib",
    "SIZE, ١GiB",
    "SIZE, 1GiB1",
    "SIZE, 9000000TiB",
    "SIZE, 99999999999999999999",
    "RATE, 20",
    "RATE, 20MB",
    "RATE, 20Mb/s",
    "DURATION, 6",
    "DURATION, 1M",
    "DURATION, 1h30m",
    "DURATION, 6 hours",
  })
  void takesNothingElseForAnAmount(Measure measure, String text) {
    assertThat(measure.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "SIZE, 16GB, 16GiB",
    "SIZE, 16gib, 16GiB",
    "SIZE, 16g, 16GiB",
    "RATE, 20MB, 20MB/s",
    "RATE, 20Mb/s, 20MB/s",
    "RATE, 20m, 20MB/s",
    "DURATION, 6H, 6h",
  })
  void guessesWhatWasMeant(Measure measure, String text, String nearest) {
    assertThat(measure.nearest(text)).hasValue(nearest);
  }

  @ParameterizedTest
  @CsvSource({"SIZE, GiB", "SIZE, 9000000TiB", "RATE, 20", "DURATION, 6", "DURATION, 5 months"})
  void guessesNothingWhereEveryGuessIsAsGood(Measure measure, String text) {
    assertThat(measure.nearest(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "SIZE, 0, 0",
    "SIZE, 1023, 1023",
    "SIZE, 134217728, 128MiB",
    "RATE, 20000000, 20MB/s",
    "DURATION, 86400, 1d",
    "DURATION, 90, 90s",
  })
  void writesAmountsAsTheyAreRead(Measure measure, long amount, String text) {
    assertThat(measure.format(amount)).isEqualTo(text);
    assertThat(measure.parse(text)).hasValue(amount);
  }
}
