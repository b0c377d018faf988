package org.btrfs2s3.app.console;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.btrfs2s3.core.backup.ShownBytes;

/** Where nobody watches: a line per minute and transfer. */
public final class ProgressLines implements UploadDisplay {

  private static final Duration INTERVAL = Duration.ofMinutes(1);

  private final PrintWriter err;
  private final InstantSource clock;
  private final String doing;
  private final Map<Object, Line> lines = new HashMap<>();

  /**
   * @param doing what lines begin with, such as {@code uploading}
   */
  public ProgressLines(PrintWriter err, InstantSource clock, String doing) {
    this.err = err;
    this.clock = clock;
    this.doing = doing;
  }

  /** What is known of a transfer: when it was last told of, and its rate since then. */
  private static final class Line {

    private final TransferRate rate = new TransferRate(INTERVAL);
    private Instant told;

    Line(Instant begun) {
      this.told = begun;
    }
  }

  @Override
  public void show(Object transfer, String name, long bytes, long estimatedBytes) {
    Instant now = clock.instant();
    var line = lines.computeIfAbsent(transfer, _ -> new Line(now));
    line.rate.add(now, bytes);
    if (Duration.between(line.told, now).compareTo(INTERVAL) >= 0) {
      line.told = now;
      err.println(doing + ": " + name + ": " + text(line.rate, bytes, estimatedBytes));
      err.flush();
    }
  }

  private static String text(TransferRate rate, long bytes, long estimatedBytes) {
    var speed = ShownBytes.of(rate.bytesPerSecond().orElse(0L)) + "/s";
    if (bytes >= estimatedBytes) {
      return ShownBytes.of(bytes) + ", " + speed;
    }
    return "%s of about %s (%d %%), %s%s"
        .formatted(
            ShownBytes.of(bytes),
            ShownBytes.of(estimatedBytes),
            (long) (100.0 * bytes / estimatedBytes),
            speed,
            rate.timeFor(estimatedBytes - bytes)
                .map(left -> ", about " + Words.duration(left) + " left")
                .orElse(""));
  }

  @Override
  public void end(Object transfer) {
    lines.remove(transfer);
  }

  @Override
  public void close() {
    lines.clear();
  }
}
