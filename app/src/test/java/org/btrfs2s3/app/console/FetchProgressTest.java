package org.btrfs2s3.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;

final class FetchProgressTest {

  private static final long MIB = 1 << 20;
  private static final ZoneOffset ZONE = ZoneOffset.ofHours(1);
  private static final BackupIdentity IDENTITY =
      new BackupIdentity(
          new UUID(1, 2),
          new UUID(3, 4),
          null,
          Ctransid.ofKernel(5),
          Instant.parse("2026-02-11T12:00:00Z"));
  private static final ObjectKey OBJECT =
      new ObjectKey("host1/" + BackupKey.encode("da\u001bta", IDENTITY, ZONE, List.of(".zst")));
  private static final ObjectKey SEGMENT =
      new ObjectKey(BackupKey.encodeSegment("data", IDENTITY, ZONE, Attempt.of(1), 12, List.of()));
  private static final ObjectKey COMMIT =
      new ObjectKey(BackupKey.encodeCommit("data", IDENTITY, ZONE, Attempt.of(1), 13));

  private final SettableClock clock = new SettableClock();

  private FetchProgress progress(UploadDisplay display) {
    return new FetchProgress(display, () -> clock.instant().getEpochSecond() * 1_000_000_000L);
  }

  @Test
  void drawsABarForEachObjectUnderAShortName() {
    var terminal = new FakeTerminal(100, 24);
    var area = new StatusArea(terminal.stream(), terminal::window);
    try (var progress = progress(new ProgressBars(area, clock))) {
      progress.read(OBJECT, 25 * MIB, 100 * MIB);
      progress.read(SEGMENT, 0, 100 * MIB);
      progress.read(COMMIT, 1, 2);
      progress.read(OBJECT, 26 * MIB, 100 * MIB);

      assertThat(terminal.screen()).hasSize(2);
      assertThat(terminal.screen().getFirst())
          .startsWith("da\\u001bta 2026-02-11T13:00:00+01:00")
          .contains(" 25% ", "25/100MiB");
      assertThat(terminal.screen().getLast())
          .startsWith("data 2026-02-11T13:00:00+01:00 segment 12");

      clock.advance(1);
      progress.read(OBJECT, 27 * MIB, 100 * MIB);
      assertThat(terminal.screen().getFirst()).contains("27/100MiB");
      progress.end(OBJECT);
      assertThat(terminal.screen()).hasSize(1);
    }
    assertThat(terminal.screen()).containsExactly("");
  }

  @Test
  void drawsABarForAllWhereItIsKnownHowMuchThatIs() {
    var terminal = new FakeTerminal(100, 24);
    var area = new StatusArea(terminal.stream(), terminal::window);
    try (var progress = progress(new ProgressBars(area, clock))) {
      progress.expect(400 * MIB);
      progress.read(OBJECT, 90 * MIB, 100 * MIB);
      progress.end(OBJECT);
      // A second time, as a connection broke off.
      progress.read(OBJECT, 80 * MIB, 100 * MIB);
      progress.read(OBJECT, 100 * MIB, 100 * MIB);
      progress.end(OBJECT);
      clock.advance(10);
      progress.read(SEGMENT, 100 * MIB, 300 * MIB);

      assertThat(terminal.screen()).hasSize(2);
      assertThat(terminal.screen().getFirst())
          .startsWith("all ")
          .contains(" 50% ", "200/400MiB", "11.0 MiB/s");
    }
    assertThat(terminal.screen()).containsExactly("");
  }

  @Test
  void oneObjectNeedsNoBarForAll() {
    var terminal = new FakeTerminal(100, 24);
    var area = new StatusArea(terminal.stream(), terminal::window);
    try (var progress = progress(new ProgressBars(area, clock))) {
      progress.expect(100 * MIB);
      progress.read(OBJECT, 25 * MIB, 100 * MIB);

      assertThat(terminal.screen()).hasSize(1);
    }
  }

  @Test
  void writesALinePerMinuteElsewhere() {
    var written = new StringWriter();
    try (var progress = progress(new ProgressLines(new PrintWriter(written), clock, "fetching"))) {
      for (int second = 0; second < 100; second++) {
        progress.read(OBJECT, second * MIB, 100 * MIB);
        clock.advance(1);
      }
    }

    assertThat(written.toString().lines())
        .containsExactly(
            "fetching: da\\u001bta 2026-02-11T13:00:00+01:00: 60.0 MiB of about 100.0 MiB (60 %),"
                + " 1.0 MiB/s, about 40 s left");
  }
}
