package org.btrfs2s3.core.pipeline;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.btrfs2s3.core.pipeline.Fanout.Outcome;

/**
 * One run of a stream from a source through stages into a target; a {@link Fanout} of one branch.
 *
 * <p>The source is read in a thread of its own, so that a child process behind it never waits for a
 * slow target; each stage has a thread, and the caller's thread writes to the target. Between any
 * two of them lies a {@link Pipe} of at most 8 chunks of 1 MiB. All of it together is bounded by
 * {@link Fanout#memoryBound}; what a stage needs for itself is stated at the stage.
 */
public final class Pipeline {

  /** {@link PipelineException#stage} when reading the source failed. */
  public static final String SOURCE = "source";

  /** {@link PipelineException#stage} when writing to the target failed. */
  public static final String TARGET = "target";

  private final StageTree tree;
  private final Part.Target target;

  Pipeline(InputStream source, List<Stage> stages, PipelineTarget target) {
    // There is no other target that could be held up.
    this.tree = new StageTree(source, Duration.ZERO, System::nanoTime);
    this.target = tree.add(stages, target);
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

  StreamLengths run() throws PipelineException, InterruptedException {
    tree.flowInto(target);
    return switch (target.outcome()) {
      case Outcome.Done done -> new StreamLengths(tree.bytesIn(), done.bytes());
      case Outcome.Failed failed -> throw failed.cause();
      case Outcome.LeftBehind behind -> throw new AssertionError(behind);
    };
  }

  int allocatedChunks() {
    return tree.allocatedChunks();
  }
}
