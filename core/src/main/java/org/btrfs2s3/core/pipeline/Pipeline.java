package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.btrfs2s3.core.pipeline.Pipe.Chunk;
import org.jspecify.annotations.Nullable;

/**
 * One run of a stream from a source through stages into a target.
 *
 * <p>The source is read in a thread of its own, so that a child process behind it never waits for a
 * slow target; each stage has a thread, and the caller's thread writes to the target. Between any
 * two of them lies a {@link Pipe} of at most 16 chunks of 1 MiB. All of it together is bounded by
 * {@link #memoryBound}; what a stage needs for itself is stated at the stage.
 *
 * <p>A part that fails breaks all pipes off before anything else can fail of it. So the first
 * failure that is noted is the real one, and no reader takes it for an end of the stream.
 */
public final class Pipeline {

  /** {@link PipelineException#stage} when reading the source failed. */
  public static final String SOURCE = "source";

  /** {@link PipelineException#stage} when writing to the target failed. */
  public static final String TARGET = "target";

  private final InputStream source;
  private final PipelineTarget target;
  private final List<Pipe> pipes;
  private final List<Thread> threads = new ArrayList<>();

  // Each written by one thread, and read by the caller's after joining that thread.
  private long bytesIn;
  private long bytesOut;

  // Guarded by this; read without it only after all threads were joined.
  private @Nullable PipelineException failure;

  Pipeline(InputStream source, List<Stage> stages, PipelineTarget target) {
    this.source = source;
    this.target = target;
    this.pipes = Stream.generate(Pipe::new).limit(stages.size() + 1L).toList();
    threads.add(thread(SOURCE, () -> readSource(pipes.getFirst())));
    for (int i = 0; i < stages.size(); i++) {
      Stage stage = stages.get(i);
      Pipe from = pipes.get(i);
      Pipe to = pipes.get(i + 1);
      threads.add(thread(stage.name(), () -> transform(stage, from, to)));
    }
  }

  /**
   * Lets a stream flow to its end. All threads have ended when this returns or throws.
   *
   * @param source -1 from {@code read} means that everything before it ended well. If anything
   *     fails, the source is closed by the calling thread, which must end a {@code read} that
   *     another thread is blocked in; otherwise closing is left to the caller
   * @param stages in the order of the flow; there may be none
   * @param target is written to by the calling thread only; nothing was published when this
   *     returns, that is up to the caller
   * @throws PipelineException the first failure, of the part that failed by itself
   * @throws InterruptedException if the calling thread was interrupted; everything has been stopped
   */
  public static StreamLengths run(InputStream source, List<Stage> stages, PipelineTarget target)
      throws PipelineException, InterruptedException {
    return new Pipeline(source, stages, target).run();
  }

  /**
   * The most that lies between the parts of a pipeline, in bytes: 16 MiB per stage and one more.
   */
  public static long memoryBound(int stages) {
    return (stages + 1L) * Pipe.CHUNKS * Pipe.CHUNK_BYTES;
  }

  StreamLengths run() throws PipelineException, InterruptedException {
    InterruptedException interruption = null;
    try {
      threads.forEach(Thread::start);
      writeTarget(pipes.getLast());
    } catch (InterruptedException e) {
      interruption = e;
    } catch (Throwable e) {
      if (Thread.interrupted()) {
        interruption = new InterruptedException();
        interruption.initCause(e);
      } else {
        fail(TARGET, e);
      }
    }
    if (interruption != null || failed()) {
      stop();
    }
    joinAll();
    if (interruption != null) {
      throw interruption;
    }
    if (failure != null) {
      throw failure;
    }
    return new StreamLengths(bytesIn, bytesOut);
  }

  int allocatedChunks() {
    return pipes.stream().mapToInt(Pipe::allocatedChunks).sum();
  }

  /** A part of the flow that runs in a thread of its own. */
  private interface Part {
    void run() throws IOException, InterruptedException;
  }

  private Thread thread(String name, Part part) {
    // Daemons: they are always joined, but must not keep a JVM alive whose main thread died.
    return Thread.ofPlatform()
        .daemon()
        .name("pipeline " + name)
        .unstarted(
            () -> {
              try {
                part.run();
              } catch (Throwable e) {
                fail(name, e);
              }
            });
  }

  private void readSource(Pipe to) throws IOException, InterruptedException {
    int count;
    do {
      Chunk chunk = to.takeFree();
      // Only -1 is an end: a short readNBytes says the same less clearly.
      do {
        count = source.read(chunk.bytes, chunk.length, Pipe.CHUNK_BYTES - chunk.length);
        chunk.length += Math.max(count, 0);
      } while (count >= 0 && chunk.length < Pipe.CHUNK_BYTES);
      bytesIn += chunk.length;
      if (chunk.length > 0) {
        to.put(chunk);
      }
    } while (count >= 0);
    to.end();
  }

  private static void transform(Stage stage, Pipe from, Pipe to)
      throws IOException, InterruptedException {
    var in = new Pipe.Input(from);
    var out = new Pipe.Output(to);
    stage.transform(in, out);
    // Waits for the end of everything upstream, even if the stage did not.
    if (in.read() >= 0) {
      throw new IOException("ended before its input did");
    }
    out.finish();
  }

  private void writeTarget(Pipe from) throws IOException, InterruptedException {
    for (Chunk chunk = from.takeFull(); chunk != null; chunk = from.takeFull()) {
      target.write(chunk.bytes, 0, chunk.length);
      bytesOut += chunk.length;
      from.recycle(chunk);
    }
  }

  /** Notes a failure before any other part can notice it. */
  private synchronized void fail(String part, Throwable cause) {
    if (failure == null) {
      failure = new PipelineException(part, cause);
    } else if (!isConsequence(cause)) {
      failure.addSuppressed(cause);
    }
    pipes.forEach(Pipe::breakOff);
  }

  private synchronized boolean failed() {
    return failure != null;
  }

  private static boolean isConsequence(Throwable cause) {
    return cause instanceof BrokenPipeException
        || cause instanceof InterruptedException
        || cause instanceof InterruptedIOException;
  }

  private void stop() {
    pipes.forEach(Pipe::breakOff);
    threads.forEach(Thread::interrupt);
    try {
      source.close();
    } catch (IOException e) {
      fail(SOURCE, e);
    }
  }

  private void joinAll() {
    boolean interrupted = false;
    for (Thread thread : threads) {
      interrupted |= joinUninterruptibly(thread);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
