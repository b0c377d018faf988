package org.btrfs2s3.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.util.UUID;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.plan.UploadId;
import org.junit.jupiter.api.Test;

final class ProgressBarsTest {

  private static final long MIB = 1 << 20;
  private static final UploadId ONE = new UploadId(new RemoteId("a"), new UUID(0, 1));
  private static final UploadId OTHER = new UploadId(new RemoteId("b"), new UUID(0, 1));

  private final FakeTerminal terminal = new FakeTerminal(90, 24);
  private final SettableClock clock = new SettableClock();
  private final StatusArea area = new StatusArea(terminal.stream(), terminal::window);
  private final PrintStream above = area.above();

  @Test
  void drawsABarPerUploadBelowEverythingElse() {
    try (var bars = new ProgressBars(area, clock)) {
      bars.show(ONE, "/data to a", 0, 100 * MIB);
      above.println("begin: other");
      bars.show(OTHER, "/data to b", 0, 200 * MIB);
      clock.advance(10);
      bars.show(ONE, "/data to a", 25 * MIB, 100 * MIB);
      above.println("failed: something");

      assertThat(terminal.screen()).hasSize(4);
      assertThat(terminal.screen().subList(0, 2))
          .containsExactly("begin: other", "failed: something");
      assertThat(terminal.screen().get(2))
          .matches("/data to a +25% \\[=+ +\\] +25/100MiB \\(.* / 0:00:30\\) 2\\.5 MiB/s")
          .hasSizeLessThan(90);
      assertThat(terminal.screen().get(3)).matches("/data to b +0% \\[.*\\] +0/200MiB .*");

      bars.end(ONE);
      above.println("committed: one");
      assertThat(terminal.screen()).hasSize(4);
      assertThat(terminal.screen().get(2)).isEqualTo("committed: one");
      assertThat(terminal.screen().get(3)).startsWith("/data to b");
    }
    assertThat(terminal.screen())
        .containsExactly("begin: other", "failed: something", "committed: one", "");
  }

  @Test
  void staysWithinTheLineWhereTheEstimateIsUnknownOrExceeded() {
    try (var bars = new ProgressBars(area, clock)) {
      bars.show(ONE, "a name that is long ".repeat(5), 3 * MIB, 0);
      bars.show(OTHER, "/data to b", 7 * MIB, 5 * MIB);

      assertThat(terminal.screen()).hasSize(2).allMatch(line -> line.length() < 90);
      assertThat(terminal.screen().getLast()).contains("100%", "7168/7168KiB");
    }
  }

  @Test
  void countsInUnitsThatFit() {
    try (var bars = new ProgressBars(area, clock)) {
      bars.show("tiny", "tiny", 50, 700);
      bars.show("small", "small", 100 << 10, 300 << 10);
      bars.show("large", "large", 3 * MIB, 5000 * MIB);

      assertThat(terminal.screen().get(0)).contains(" 50/700B ");
      assertThat(terminal.screen().get(1)).contains(" 100/300KiB ");
      assertThat(terminal.screen().get(2)).contains(" 3/5000MiB ");
    }
  }

  @Test
  void leavesRoomForTheBarBesideALongName() {
    var usual = new FakeTerminal(80, 24);
    try (var bars = new ProgressBars(new StatusArea(usual.stream(), usual::window), clock)) {
      bars.show(ONE, "/srv/photos of 2026-01-31T23:59:59+01:00 to cloud", 0, 100 * MIB);
      clock.advance(10);
      bars.show(ONE, "/srv/photos of 2026-01-31T23:59:59+01:00 to cloud", 50 * MIB, 100 * MIB);

      assertThat(usual.screen()).hasSize(1);
      assertThat(usual.screen().getFirst())
          .matches("/srv/ph\\.\\..* to cloud 50% \\[=+ *\\] +50/100MiB \\(.*\\) 5\\.0 MiB/s")
          .hasSizeLessThan(80);
    }
  }

  @Test
  void tellsUploadsApartInANarrowWindow() {
    var narrow = new FakeTerminal(40, 24);
    try (var bars = new ProgressBars(new StatusArea(narrow.stream(), narrow::window), clock)) {
      bars.show(ONE, "/srv/photos of 2026-01-31T23:59:59+01:00 to cloud", 25 * MIB, 100 * MIB);
      bars.show(OTHER, "/srv/photos of 2026-01-31T23:59:59+01:00 to disk", 7 * MIB, 5 * MIB);

      assertThat(narrow.screen()).hasSize(2).allMatch(line -> line.length() < 40);
      assertThat(narrow.screen().get(0)).startsWith("25% /srv").endsWith(" to cloud");
      assertThat(narrow.screen().get(1)).startsWith("100% /srv").endsWith(" to disk");
    }
  }

  @Test
  void survivesATinyWindow() {
    var tiny = new FakeTerminal(1, 1);
    try (var bars = new ProgressBars(new StatusArea(tiny.stream(), tiny::window), clock)) {
      bars.show(ONE, "/data to a", MIB, 5 * MIB);
      bars.show(OTHER, "/data to b", MIB, 5 * MIB);
    }
    assertThat(tiny.screen()).containsExactly("");
  }

  @Test
  void keepsAnInterruptThatComesAtTheEnd() {
    var bars = new ProgressBars(area, clock);
    bars.show(ONE, "/data to a", MIB, 5 * MIB);
    Thread.currentThread().interrupt();

    bars.end(ONE);
    bars.close();

    assertThat(Thread.interrupted()).isTrue();
  }
}
