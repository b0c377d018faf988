package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.btrfs2s3.core.pipeline.Fanout.Outcome;
import org.btrfs2s3.core.pipeline.Pipe.Chunk;
import org.jspecify.annotations.Nullable;

/**
 * A part of a {@link StageTree}: the source, a stage or a target. Each runs in one thread. What
 * changes is guarded by the tree.
 */
abstract sealed class Part {

  final String name;
  private @Nullable Thread thread;

  private Part(String name) {
    this.name = name;
  }

  /** Passes everything on; throws if that cannot be done, or what comes from above was broken. */
  abstract void flow() throws IOException, InterruptedException;

  /** The targets below, or itself. */
  abstract Stream<Target> targets();

  /** The part nearest to the source that only decided targets need; this one, if no other. */
  abstract Part uppermostUnneeded();

  /** Frees the part above, which others may need, from this one. */
  abstract void leave();

  /** Makes itself and everything below end soon. */
  abstract void breakOff();

  abstract boolean reads(Pipe.Reader reader);

  final boolean isDecided() {
    return targets().allMatch(target -> target.outcome != null);
  }

  final void runIn(Thread newThread) {
    thread = newThread;
    newThread.start();
  }

  final void interrupt() {
    if (thread != null) {
      thread.interrupt();
    }
  }

  final Optional<Thread> thread() {
    return Optional.ofNullable(thread);
  }

  /** A part that fills a pipe, which other parts read. */
  abstract static sealed class Feeding extends Part {

    final Pipe pipe;
    final List<Part> below = new ArrayList<>();

    private Feeding(String name, Pipe pipe) {
      super(name);
      this.pipe = pipe;
    }

    /** Whether the source feeds more than what is below this. */
    abstract boolean isOneOfMany();

    /** A part below took some bytes; any thread may say so. */
    abstract void tookSome();

    /** For how long nothing was taken from here up to the source, in nanoseconds. */
    abstract long idle(long now);

    @Override
    final Stream<Target> targets() {
      return below.stream().flatMap(Part::targets);
    }

    @Override
    final void breakOff() {
      pipe.breakOff();
      interrupt();
      below.forEach(Part::breakOff);
    }
  }

  /** Reads the source. */
  static final class Source extends Feeding {

    private final InputStream in;

    /** Written by its thread, to be read after that has ended. */
    private long bytes;

    Source(InputStream in, Pipe pipe) {
      super(Pipeline.SOURCE, pipe);
      this.in = in;
    }

    long bytes() {
      return bytes;
    }

    @Override
    void flow() throws IOException, InterruptedException {
      int count;
      do {
        Chunk chunk = pipe.takeFree();
        // Only -1 is an end: a short readNBytes says the same less clearly.
        do {
          count = in.read(chunk.bytes, chunk.length, Pipe.CHUNK_BYTES - chunk.length);
          chunk.length += Math.max(count, 0);
        } while (count >= 0 && chunk.length < Pipe.CHUNK_BYTES);
        bytes += chunk.length;
        if (chunk.length > 0) {
          pipe.put(chunk);
        }
      } while (count >= 0);
      pipe.end();
    }

    @Override
    Part uppermostUnneeded() {
      return this;
    }

    @Override
    void leave() {}

    @Override
    boolean reads(Pipe.Reader reader) {
      return false;
    }

    @Override
    boolean isOneOfMany() {
      return false;
    }

    @Override
    void tookSome() {}

    @Override
    long idle(long now) {
      return Long.MAX_VALUE;
    }
  }

  /** Runs a stage. */
  static final class Middle extends Feeding {

    final Stage stage;
    private final Inlet inlet;

    Middle(Feeding above, Stage stage, Pipe pipe) {
      super(stage.name(), pipe);
      this.stage = stage;
      this.inlet = Inlet.below(above);
    }

    @Override
    void flow() throws IOException, InterruptedException {
      var in = new PipeInput(inlet.reader(), inlet.tookSomeIfOneOfMany());
      var out = new PipeOutput(pipe);
      stage.transform(in, out);
      // Waits for the end of everything upstream, even if the stage did not.
      if (in.read() >= 0) {
        throw new IOException("ended before its input did");
      }
      out.finish();
    }

    @Override
    Part uppermostUnneeded() {
      return inlet.uppermostUnneeded(this);
    }

    @Override
    void leave() {
      inlet.reader().leave();
    }

    @Override
    boolean isOneOfMany() {
      return inlet.isOneOfMany();
    }

    @Override
    void tookSome() {
      inlet.tookSome();
    }

    @Override
    long idle(long now) {
      return inlet.idle(now);
    }

    @Override
    boolean reads(Pipe.Reader reader) {
      return inlet.reader() == reader;
    }
  }

  /** Writes to a target. */
  static final class Target extends Part {

    /** Small enough that a slow target is seen to take something within any patience. */
    private static final int SLICE_BYTES = 64 << 10;

    private final Inlet inlet;
    private final PipelineTarget target;

    /** Null while it is undecided. */
    private @Nullable Outcome outcome;

    /** Written by its thread, to be read when its outcome is that it is done. */
    private long bytes;

    Target(Feeding above, PipelineTarget target) {
      super(Pipeline.TARGET);
      this.inlet = Inlet.below(above);
      this.target = target;
    }

    long bytes() {
      return bytes;
    }

    /** For how long neither it nor a stage above it has taken anything, in nanoseconds. */
    long idle(long now) {
      return inlet.idle(now);
    }

    /** Notes that it gets on. Any thread may say so. */
    void tookSome() {
      inlet.tookSome();
    }

    void decide(Outcome decision) {
      outcome = decision;
    }

    Outcome outcome() {
      return Objects.requireNonNull(outcome, "undecided");
    }

    boolean isDone() {
      return outcome instanceof Outcome.Done;
    }

    Stream<PipelineException> failure() {
      return outcome instanceof Outcome.Failed failed ? Stream.of(failed.cause()) : Stream.empty();
    }

    @Override
    void flow() throws IOException, InterruptedException {
      Pipe.Reader reader = inlet.reader();
      int slice = inlet.isOneOfMany() ? SLICE_BYTES : Pipe.CHUNK_BYTES;
      for (Chunk chunk = reader.next(); chunk != null; chunk = reader.next()) {
        for (int offset = 0; offset < chunk.length; offset += slice) {
          target.write(chunk.bytes, offset, Math.min(slice, chunk.length - offset));
          inlet.tookSome();
        }
        bytes += chunk.length;
      }
    }

    @Override
    Stream<Target> targets() {
      return Stream.of(this);
    }

    @Override
    Part uppermostUnneeded() {
      return inlet.uppermostUnneeded(this);
    }

    @Override
    void leave() {
      inlet.reader().leave();
    }

    @Override
    void breakOff() {
      interrupt();
    }

    @Override
    boolean reads(Pipe.Reader reader) {
      return inlet.reader() == reader;
    }
  }
}
