package org.btrfs2s3.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {

  private static final long SECOND = 1_000_000_000L;

  private final ManualPace pace = new ManualPace();

  @ParameterizedTest
  @ValueSource(longs = {1, 7, 1000, 1 << 20, 20_000_000, 1L << 40})
  void bytesTakeTheirTime(long rate) throws Exception {
    int seconds = rate > 1 << 20 ? 1 : 10;
    byte[] bytes = Flow.noise((int) Math.min(rate, 20_000_000) * seconds);
    var sink = new Sink();

    new RateLimit(rate, pace).limit(sink).write(bytes, 0, bytes.length);

    assertThat(sink.bytes()).isEqualTo(bytes);
    // Each piece is rounded up to a nanosecond.
    long exact = (long) (bytes.length * (double) SECOND / rate);
    assertThat(pace.now).isBetween(exact, exact + exact / 1000 + 10 * SECOND / 1000);
  }

  @Test
  void savesUpNoMoreThanOneSecond() throws Exception {
    var limited = new RateLimit(1000, pace).limit(new Sink());
    pace.now += 60 * SECOND;
    long before = pace.now;

    limited.write(new byte[1000], 0, 1000);
    assertThat(pace.now).isEqualTo(before);
    limited.write(new byte[1000], 0, 1000);

    assertThat(pace.now).isEqualTo(before + SECOND);
  }

  @Test
  void targetsOfOneLimitShareIt() throws Exception {
    var limit = new RateLimit(1000, pace);

    limit.limit(new Sink()).write(new byte[1000], 0, 1000);
    limit.limit(new Sink()).write(new byte[1000], 0, 1000);

    assertThat(pace.now).isEqualTo(2 * SECOND);
  }

  @Test
  void passesSmallPiecesOnSteadily() throws Exception {
    var pieces = new ArrayList<Integer>();

    new RateLimit(1000, pace)
        .limit((bytes, offset, length) -> pieces.add(length))
        .write(new byte[250], 0, 250);

    assertThat(pieces).containsExactly(100, 100, 50);
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    var limited = new RateLimit(1).limit(new Sink());
    Thread.currentThread().interrupt();

    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> limited.write(new byte[100], 0, 100));
  }

  @Test
  void refusesNoRate() {
    assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new RateLimit(0));
  }

  /** Whenever one looks: no more than the limit allows since any time before, and one second. */
  @Property(seed = "1", tries = 200)
  void neverGivesMoreThanTheLimitAndOneSecond(
      @ForAll @LongRange(min = 10, max = 10_000) long rate,
      @ForAll @Size(min = 1, max = 20) List<@IntRange(max = 3000) Integer> writes,
      @ForAll @Size(min = 20, max = 20) List<@IntRange(max = 3000) Integer> pauses)
      throws Exception {
    var time = new ManualPace();
    var total = new AtomicInteger();
    // Bytes given beyond what the limit allows since the beginning, at its least so far.
    var least = new double[1];
    PipelineTarget target =
        (bytes, offset, length) -> {
          double allowed = rate * (time.now / (double) SECOND);
          least[0] = Math.min(least[0], total.get() - allowed);
          double most = total.addAndGet(length) - allowed;
          assertThat(most - least[0]).isLessThanOrEqualTo(rate + 1e-3);
        };
    var limited = new RateLimit(rate, time).limit(target);

    for (int i = 0; i < writes.size(); i++) {
      time.now += pauses.get(i) * (SECOND / 1000);
      limited.write(new byte[writes.get(i)], 0, writes.get(i));
    }
  }

  private static final class ManualPace implements RateLimit.Pace {

    private long now;

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public void sleep(long nanoseconds) {
      now += Duration.ofNanos(nanoseconds).toNanos();
    }
  }
}
