package org.btrfs2s3.app.console;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.btrfs2s3.core.backup.ShownBytes;

/** On a terminal: a bar per transfer, below everything else. */
public final class ProgressBars implements UploadDisplay {

  private static final Duration WINDOW = Duration.ofSeconds(20);

  /** In fewer columns there is no room for a bar beside what it is of: a percentage has to do. */
  private static final int ROOM_FOR_BARS = 76;

  /** What a bar takes with its percentage, amounts, times and rate; the name has the rest. */
  private static final int BESIDE_NAME = 56;

  private final StatusArea area;
  private final InstantSource clock;
  private final Map<Object, Bar> bars = new LinkedHashMap<>();

  public ProgressBars(StatusArea area, InstantSource clock) {
    this.area = area;
    this.clock = clock;
  }

  @Override
  public void show(Object transfer, String name, long bytes, long estimatedBytes) {
    bars.computeIfAbsent(transfer, _ -> new Bar(name, estimatedBytes)).show(bytes, estimatedBytes);
    draw();
  }

  @Override
  public void end(Object transfer) {
    var bar = bars.remove(transfer);
    if (bar != null) {
      bar.end();
      draw();
    }
  }

  @Override
  public void close() {
    bars.values().forEach(Bar::end);
    bars.clear();
    draw();
  }

  private void draw() {
    area.show(bars.values().stream().map(Bar::text).toList());
  }

  /** What the bytes of a transfer are counted in, from its beginning to its end. */
  private enum Unit {
    B("B", 1),
    KIB("KiB", 1 << 10),
    MIB("MiB", 1 << 20);

    /** Up to so many of one unit are shown in it. */
    private static final long MANY = 10_000;

    private final String word;
    private final long bytes;

    Unit(String word, long bytes) {
      this.word = word;
      this.bytes = bytes;
    }

    /**
     * A suitable one.
     *
     * @param size of all of it; 0 if that is not known
     */
    static Unit of(long size) {
      if (size > 0 && size < MANY) {
        return B;
      }
      return size < MANY * KIB.bytes ? KIB : MIB;
    }
  }

  /** One transfer: the library draws its bar, which becomes a line of the area. */
  private final class Bar implements ProgressBarConsumer {

    private final TransferRate rate = new TransferRate(WINDOW);
    private final String name;
    private final ProgressBar drawn;

    // The library's thread draws the bar for the first and for the last time.
    private volatile Optional<Duration> left = Optional.empty();
    private volatile String text = "";

    private volatile String percentage = "";

    Bar(String name, long estimatedBytes) {
      this.name = name;
      var unit = Unit.of(estimatedBytes);
      this.drawn =
          ProgressBar.builder()
              .setTaskName("")
              .setInitialMax(-1)
              .setStyle(ProgressBarStyle.ASCII)
              .setUnit(unit.word, unit.bytes)
              .setEtaFunction(_ -> left)
              .setConsumer(this)
              .continuousUpdate()
              // Drawn whenever there is news, and not by the library's clock.
              .setUpdateIntervalMillis(Integer.MAX_VALUE)
              .build();
    }

    void show(long bytes, long estimatedBytes) {
      rate.add(clock.instant(), bytes);
      percentage = estimatedBytes == 0 ? "" : percent(bytes, estimatedBytes) + "% ";
      left = bytes < estimatedBytes ? rate.timeFor(estimatedBytes - bytes) : Optional.empty();
      drawn
          .maxHint(estimatedBytes == 0 ? -1 : Math.max(bytes, estimatedBytes))
          .stepTo(bytes)
          .setExtraMessage(
              rate.bytesPerSecond().map(speed -> ShownBytes.of(speed) + "/s").orElse(""))
          .refresh();
    }

    private long percent(long bytes, long estimatedBytes) {
      return Math.min(100, (long) (100.0 * bytes / estimatedBytes));
    }

    String text() {
      int columns = area.columns();
      return columns < ROOM_FOR_BARS
          ? Shortened.to(columns, percentage + name)
          : Shortened.to(columns, shownName() + " " + text);
    }

    private String shownName() {
      return Shortened.to(Math.max(1, area.columns() - BESIDE_NAME), name);
    }

    /** The library waits for its thread, and forgets an interrupt that comes meanwhile. */
    void end() {
      Thread.ofVirtual().name("end of a progress bar").start(drawn::close);
    }

    @Override
    public int getMaxRenderedLength() {
      return Math.max(1, area.columns() - Shortened.width(shownName()) - 1);
    }

    @Override
    public void accept(String rendered) {
      text = rendered.strip();
    }

    @Override
    public void close() {}
  }
}
