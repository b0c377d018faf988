package org.btrfs2s3.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.btrfs2s3.core.restore.ThawEvent;
import org.btrfs2s3.core.store.RetrievalTier;
import org.junit.jupiter.api.Test;

final class ThawTextTest {

  private static final ThawEvent UNCHANGED = new ThawEvent.Waiting(1, 3, Duration.ofMinutes(15));

  private final ThawText text = new ThawText();

  @Test
  void saysWhatWasAskedForAndHowLongItStays() {
    assertThat(text.of(new ThawEvent.Asked(3, 5 << 20, RetrievalTier.BULK)))
        .hasValue("asked for the thaw of 3 object(s), 5.0 MiB, tier bulk");
    assertThat(text.of(new ThawEvent.Ready(3, Instant.parse("2026-02-13T00:00:00Z"))))
        .hasValue("all 3 object(s) in cold storage can be read until 2026-02-13T00:00:00Z");
    assertThat(text.of(new ThawEvent.Ready(3, null)))
        .hasValue("all 3 object(s) in cold storage can be read");
  }

  @Test
  void tellsNewsAndOtherwiseASignOfLifeEachHour() {
    assertThat(text.of(new ThawEvent.Waiting(0, 3, Duration.ofMinutes(15)))).isPresent();
    List<Boolean> told =
        IntStream.range(0, 9).mapToObj(_ -> text.of(UNCHANGED)).map(Optional::isPresent).toList();

    assertThat(told).containsExactly(true, false, false, false, true, false, false, false, true);
  }
}
