package org.btrfs2s3.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Times as people, {@code date}, {@code list} and {@code btrfs subvolume show} write them. */
final class TimeArgumentTest {

  private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
  private static final CommandLine COMMAND = new CommandLine(new VerifyCommand());

  private static Instant parse(String text) {
    return TimeArgument.parse(text, ZONE, COMMAND);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-31T12:00, 2026-01-31T11:00:00Z",
    "2026-07-31T12:00:00, 2026-07-31T10:00:00Z",
    "2026-01-31 12:00:00, 2026-01-31T11:00:00Z",
    "2026-01-31T12:00:00.5, 2026-01-31T11:00:00.500Z",
    "2026-01-31T12:00:00Z, 2026-01-31T12:00:00Z",
    "2026-01-31t12:00:00z, 2026-01-31T12:00:00Z",
    "2026-01-31T12:00:00+05:30, 2026-01-31T06:30:00Z",
    "2026-01-31T12:00:00-0800, 2026-01-31T20:00:00Z",
    "2026-01-31T12:00:00+01, 2026-01-31T11:00:00Z",
    "2026-01-31T12:00+01:00, 2026-01-31T11:00:00Z",
    "2026-01-31 12:00:00+01:00, 2026-01-31T11:00:00Z",
    "2026-01-31 12:00:00 +0100, 2026-01-31T11:00:00Z",
    "2026-01-31T12:00:00 -08:00, 2026-01-31T20:00:00Z",
    // Clocks were put forward and back.
    "2026-03-29T02:30:00, 2026-03-29T01:30:00Z",
    "2026-10-25T02:30:00, 2026-10-25T00:30:00Z",
  })
  void takesWhatNamesAMoment(String text, Instant moment) {
    assertThat(parse(text)).isEqualTo(moment);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "2026-01-31",
        "12:00",
        "2026-02-30T12:00",
        "2026-01-31T24:00",
        "2026-01-31T12",
        "2026-01-31T12:00:00+25:00",
        "2026-01-31T12:00:00 Europe/Berlin",
        "2026-01-31T 12:00:00",
        "1769857200",
        "@1769857200"
      })
  void refusesWhatDoesNot(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("a date with a time of day, such as 2026-01-31T23:59:59")
        .hasMessageContaining("'" + text + "'");
  }
}
