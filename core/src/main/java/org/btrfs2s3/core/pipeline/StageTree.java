package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.btrfs2s3.core.pipeline.Fanout.Outcome;
import org.btrfs2s3.core.pipeline.Part.Feeding;
import org.btrfs2s3.core.pipeline.Part.Target;
import org.jspecify.annotations.Nullable;

/**
 * A source, stages and targets as a tree, and the threads that let a stream flow through it once.
 * Beginnings of equal stages are shared.
 *
 * <p>A part that fails decides the outcome of all targets below it, and only then are pipes broken
 * off, down from there and up as far as nobody else needs them. So the first failure that is noted
 * is the real one, and no reader takes it for an end of the stream.
 */
final class StageTree {

  /** How long a target is waited for that was told to give up. */
  private static final Duration FAREWELL = Duration.ofSeconds(5);

  private static final Duration FOREVER = Duration.ofDays(36_500);

  /** What the calling thread does while the stream flows. */
  private interface Task {
    void run() throws InterruptedException;
  }

  private final InputStream in;
  private final Duration patience;
  private final LongSupplier nanoTime;
  private final Part.Source source;
  private final List<Part> parts = new ArrayList<>();
  private final List<Target> targets = new ArrayList<>();

  /** Guarded by this; read without it only after the flow. */
  private @Nullable PipelineException sourceFailure;

  StageTree(InputStream in, Duration patience, LongSupplier nanoTime) {
    this.in = in;
    this.patience = patience;
    this.nanoTime = nanoTime;
    this.source = new Part.Source(in, newPipe());
    parts.add(source);
  }

  /** Before the flow. */
  Target add(List<Stage> stages, PipelineTarget target) {
    Feeding above = source;
    for (Stage stage : stages) {
      above = below(above, stage);
    }
    var part = new Target(above, target);
    above.below.add(part);
    parts.add(part);
    targets.add(part);
    return part;
  }

  private Feeding below(Feeding above, Stage stage) {
    for (Part part : above.below) {
      if (part instanceof Part.Middle middle && middle.stage.equals(stage)) {
        return middle;
      }
    }
    var middle = new Part.Middle(above, stage, newPipe());
    above.below.add(middle);
    parts.add(middle);
    return middle;
  }

  private Pipe newPipe() {
    return new Pipe(patience, nanoTime, this::leaveBehind);
  }

  /** Flows with a thread for each part; returns when all targets are decided. */
  void flow() throws InterruptedException {
    flow(parts, () -> {});
  }

  /** The same, but the calling thread writes to one of the targets. */
  void flowInto(Target own) throws InterruptedException {
    flow(parts.stream().filter(part -> part != own).toList(), () -> runHere(own));
  }

  private void flow(List<Part> inThreads, Task own) throws InterruptedException {
    boolean someDone = false;
    try {
      inThreads.forEach(this::start);
      own.run();
      someDone = awaitDecisions();
    } finally {
      if (!someDone) {
        stop();
      }
      joinAll();
    }
  }

  private void start(Part part) {
    // Daemons: they are always joined, but must not keep a JVM alive whose main thread died.
    part.runIn(
        Thread.ofPlatform()
            .daemon()
            .name("pipeline " + part.name)
            .unstarted(
                () -> {
                  try {
                    run(part);
                  } catch (Throwable e) {
                    fail(part, e);
                  }
                }));
  }

  private void runHere(Target own) throws InterruptedException {
    try {
      run(own);
    } catch (InterruptedException e) {
      throw e;
    } catch (Throwable e) {
      if (Thread.interrupted()) {
        var interruption = new InterruptedException();
        interruption.initCause(e);
        throw interruption;
      }
      fail(own, e);
    }
  }

  private void run(Part part) throws IOException, InterruptedException {
    part.flow();
    if (part instanceof Target target) {
      decide(target, new Outcome.Done(target.bytes()));
    }
  }

  private synchronized void decide(Target target, Outcome outcome) {
    if (!target.isDecided()) {
      target.decide(outcome);
      notifyAll();
    }
  }

  /**
   * Waits for all targets to be decided. Once one is done, it waits for the others, which may be
   * late although nothing is left to flow that they could hold up. Tells whether one is.
   */
  private synchronized boolean awaitDecisions() throws InterruptedException {
    while (!source.isDecided() && !isSomeDone()) {
      wait();
    }
    long begin = nanoTime.getAsLong();
    while (!source.isDecided()) {
      TimeUnit.NANOSECONDS.timedWait(this, leaveLateBehind(begin));
    }
    return isSomeDone();
  }

  private boolean isSomeDone() {
    return targets.stream().anyMatch(Target::isDone);
  }

  /** Returns for how long none can be late, in nanoseconds. */
  private long leaveLateBehind(long begin) {
    long now = nanoTime.getAsLong();
    long pause = patience.toNanos();
    for (Target target : targets) {
      if (!target.isDecided()) {
        long left = patience.toNanos() - Math.min(now - begin, target.idle(now));
        if (left <= 0) {
          leaveBehind(target);
        }
        pause = Math.min(pause, left);
      }
    }
    return pause;
  }

  private synchronized void fail(Part part, Throwable cause) {
    if (!part.isDecided()) {
      var failure = new PipelineException(part.name, cause);
      if (part == source) {
        sourceFailure = failure;
      }
      part.targets().forEach(target -> decide(target, new Outcome.Failed(failure)));
    } else if (!isConsequence(cause)) {
      part.targets().flatMap(Target::failure).distinct().forEach(f -> f.addSuppressed(cause));
    }
    breakOff(part);
  }

  private static boolean isConsequence(Throwable cause) {
    return cause instanceof BrokenPipeException
        || cause instanceof InterruptedException
        || cause instanceof InterruptedIOException;
  }

  private synchronized void leaveBehind(Pipe.Reader laggard) {
    parts.stream().filter(part -> part.reads(laggard)).forEach(this::leaveBehind);
  }

  private void leaveBehind(Part laggard) {
    laggard.targets().forEach(target -> decide(target, new Outcome.LeftBehind(patience)));
    breakOff(laggard);
  }

  private static void breakOff(Part part) {
    Part unneeded = part.uppermostUnneeded();
    unneeded.breakOff();
    unneeded.leave();
  }

  private void stop() {
    synchronized (this) {
      source.breakOff();
    }
    try {
      in.close();
    } catch (IOException e) {
      fail(source, e);
    }
  }

  /** Why the source could not be read to its end, if a target still needed it. */
  synchronized Optional<PipelineException> sourceFailure() {
    return Optional.ofNullable(sourceFailure);
  }

  /** In the order in which the targets were added; after the flow. */
  synchronized List<Outcome> outcomes() {
    return targets.stream().map(Target::outcome).toList();
  }

  /** After the flow. */
  long bytesIn() {
    return source.bytes();
  }

  /** The most that lies between the parts, in bytes. */
  long memoryBound() {
    return pipes().mapToLong(Pipe::memoryBound).sum();
  }

  int allocatedChunks() {
    return pipes().mapToInt(Pipe::allocatedChunks).sum();
  }

  private Stream<Pipe> pipes() {
    return parts.stream().filter(Feeding.class::isInstance).map(part -> ((Feeding) part).pipe);
  }

  /**
   * Waits for the source and the stages to end, and for the targets, of which those that do not
   * heed an interrupt are left alone after a while: what they are blocked in, only their owner can
   * end.
   */
  private void joinAll() {
    boolean interrupted = false;
    for (Part part : parts) {
      if (part instanceof Feeding) {
        interrupted |= joinUninterruptibly(part, FOREVER);
      }
    }
    long begin = System.nanoTime();
    for (Part part : parts) {
      if (part instanceof Target) {
        interrupted |= joinUninterruptibly(part, FAREWELL.minusNanos(System.nanoTime() - begin));
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean joinUninterruptibly(Part part, Duration atMost) {
    Thread thread = part.thread().orElse(null);
    boolean interrupted = false;
    long begin = System.nanoTime();
    while (thread != null && thread.isAlive()) {
      Duration left = atMost.minusNanos(System.nanoTime() - begin);
      if (!left.isPositive()) {
        break;
      }
      try {
        thread.join(left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }
}
