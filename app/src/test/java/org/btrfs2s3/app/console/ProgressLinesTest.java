package org.btrfs2s3.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.UUID;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.plan.UploadId;
import org.junit.jupiter.api.Test;

final class ProgressLinesTest {

  private static final long MIB = 1 << 20;
  private static final UploadId ONE = new UploadId(new RemoteId("a"), new UUID(0, 1));
  private static final UploadId OTHER = new UploadId(new RemoteId("b"), new UUID(0, 1));

  private final StringWriter written = new StringWriter();
  private final SettableClock clock = new SettableClock();
  private final ProgressLines lines =
      new ProgressLines(new PrintWriter(written), clock, "uploading");

  @Test
  void tellsOncePerMinuteAndUpload() {
    for (int second = 0; second < 150; second++) {
      lines.show(ONE, "/data to a", second * MIB, 600 * MIB);
      if (second >= 30) {
        lines.show(OTHER, "/data to b", 0, 600 * MIB);
      }
      clock.advance(1);
    }

    assertThat(written.toString().lines())
        .containsExactly(
            "uploading: /data to a: 60.0 MiB of about 600.0 MiB (10 %), 1.0 MiB/s, about 9 min left",
            "uploading: /data to b: 0 B of about 600.0 MiB (0 %), 0 B/s",
            "uploading: /data to a: 120.0 MiB of about 600.0 MiB (20 %), 1.0 MiB/s, about 8 min left");
  }

  @Test
  void measuresTheLastMinute() {
    lines.show(ONE, "x", 0, 1000 * MIB);
    clock.advance(60);
    lines.show(ONE, "x", 600 * MIB, 1000 * MIB);
    clock.advance(60);
    lines.show(ONE, "x", 660 * MIB, 1000 * MIB);

    assertThat(written.toString().lines().toList().getLast())
        .endsWith("660.0 MiB of about 1000.0 MiB (66 %), 1.0 MiB/s, about 5 min left");
  }

  @Test
  void promisesNothingWhereTheEstimateIsUnknownOrExceeded() {
    lines.show(ONE, "x", 0, 0);
    lines.show(OTHER, "y", 0, MIB);
    clock.advance(60);
    lines.show(ONE, "x", 60 * MIB, 0);
    lines.show(OTHER, "y", 60 * MIB, MIB);

    assertThat(written.toString().lines())
        .containsExactly("uploading: x: 60.0 MiB, 1.0 MiB/s", "uploading: y: 60.0 MiB, 1.0 MiB/s");
  }

  @Test
  void countsTheMinuteAnewAfterTheEnd() {
    lines.show(ONE, "x", 0, MIB);
    clock.advance(59);
    lines.end(ONE);
    lines.end(OTHER);
    lines.show(ONE, "x", 0, MIB);
    clock.advance(59);
    lines.show(ONE, "x", MIB, MIB);

    assertThat(written.toString()).isEmpty();
  }
}
