package org.btrfs2s3.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.btrfs2s3.core.pipeline.Fanout.Branch;
import org.btrfs2s3.core.pipeline.Fanout.Outcome;

final class FanoutPropertyTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final byte[] BYTES = Flow.text((2 * Pipe.CHUNKS + 8) * Pipe.CHUNK_BYTES);

  /**
   * A way to encode, by number. Some have a beginning in common.
   *
   * @param decoding the stages that undo it
   */
  private record Way(List<Stage> encoding, List<Stage> decoding) {

    static Way of(int number) {
      return switch (number) {
        case 0 -> new Way(List.of(), List.of());
        case 1 -> new Way(List.of(zstd(1)), List.of(new ZstdDecompress()));
        case 2 -> new Way(List.of(zstd(1), pieces(1000)), List.of(new ZstdDecompress()));
        case 3 -> new Way(List.of(pieces(70_000), pieces(3)), List.of());
        case 4 -> new Way(List.of(pieces(70_000), zstd(3)), List.of(new ZstdDecompress()));
        default -> throw new IllegalArgumentException("" + number);
      };
    }
  }

  // Invariants 1 and 9: a branch that is done has everything, and each fails by itself only.
  @Property(seed = "1", tries = 60)
  void whoeverDoesNotFailGetsEverything(
      @ForAll @IntRange(max = 4 << 20) int length,
      @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 4) Integer> ways,
      @ForAll @Size(min = 5, max = 5)
          List<@IntRange(min = -4_000_000, max = 4_000_000) Integer> failures,
      @ForAll long seed)
      throws Exception {
    byte[] input = Arrays.copyOf(BYTES, length);
    var sinks = new ArrayList<Sink>();
    var branches = new ArrayList<Branch>();
    for (int i = 0; i < ways.size(); i++) {
      var sink = new Sink();
      sinks.add(sink);
      int failsAt = failures.get(i);
      var encoding = new StagesEncoding(Way.of(ways.get(i)).encoding());
      branches.add(new Branch(encoding, failsAt < 0 ? sink : failingAt(failsAt, sink)));
    }

    List<Outcome> outcomes = Fanout.run(chopped(input, seed), branches, HOUR).outcomes();

    for (int i = 0; i < ways.size(); i++) {
      switch (outcomes.get(i)) {
        case Outcome.Done done -> {
          byte[] taken = sinks.get(i).bytes();
          assertThat(done.bytes()).isEqualTo(taken.length);
          assertThat(Flow.through(taken, Way.of(ways.get(i)).decoding())).isEqualTo(input);
        }
        case Outcome.Failed failed -> {
          assertThat(failures.get(i)).isNotNegative();
          assertThat(failed.cause()).hasMessage("target: at " + failures.get(i));
        }
        case Outcome.LeftBehind behind -> throw new AssertionError(behind);
      }
    }
  }

  // Invariant 9
  @Property(seed = "2", tries = 20)
  void whoeverStopsIsLeftBehind(
      @ForAll @IntRange(min = 1, max = (2 * Pipe.CHUNKS + 8) * Pipe.CHUNK_BYTES) int length,
      @ForAll @IntRange(max = 999) int permille,
      @ForAll boolean behindStage,
      @ForAll boolean otherBehindStage)
      throws Exception {
    byte[] input = Arrays.copyOf(BYTES, length);
    var scene = new OneStops((int) ((long) length * permille / 1000));
    List<Stage> none = List.of();

    List<Outcome> outcomes =
        scene.run(
            input,
            new StagesEncoding(behindStage ? List.of(new Copy()) : none),
            new StagesEncoding(otherBehindStage ? List.of(new Copy()) : none));

    assertThat(outcomes)
        .containsExactly(new Outcome.LeftBehind(OneStops.PATIENCE), new Outcome.Done(length));
    assertThat(scene.taken()).isEqualTo(input);
  }

  private static Stage zstd(int level) {
    return new ZstdCompress(new Compression.Zstd(level));
  }

  private record Pieces(int length) implements Stage {

    @Override
    public String name() {
      return "pieces of " + length;
    }

    @Override
    public void transform(InputStream in, OutputStream out) throws IOException {
      byte[] bytes = new byte[length];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        out.write(bytes, 0, count);
      }
    }
  }

  private static Stage pieces(int length) {
    return new Pieces(length);
  }

  private static PipelineTarget failingAt(int position, Sink sink) {
    var taken = new AtomicInteger();
    return (bytes, offset, length) -> {
      if (taken.addAndGet(length) >= position) {
        throw new IOException("at " + position);
      }
      sink.write(bytes, offset, length);
    };
  }

  /** Gives pieces of any length. */
  private static InputStream chopped(byte[] input, long seed) {
    var random = new Random(seed);
    return new ByteArrayInputStream(input) {
      @Override
      public synchronized int read(byte[] bytes, int offset, int length) {
        int most = random.nextInt(4) == 0 ? 10 : 300_000;
        return super.read(bytes, offset, Math.min(length, 1 + random.nextInt(most)));
      }
    };
  }
}
