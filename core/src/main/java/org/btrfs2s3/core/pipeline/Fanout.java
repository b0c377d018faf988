package org.btrfs2s3.core.pipeline;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * One run of a stream from one source to several remotes.
 *
 * <p>The branches form a tree: what the encodings have in common at their beginning, by {@link
 * Stage} equality, is done once. The source, each distinct stage and each target have a thread;
 * behind the source and each stage lies a {@link Pipe} whose chunks all its readers share. Memory
 * is bounded by {@link #memoryBound}; what a stage needs for itself is stated at the stage.
 *
 * <p>Branches run at the speed of the slowest, but nobody waits for one that stands still: if it
 * takes no byte, and does not say that its target gets on, for a while in which another had nothing
 * to do because of it, or had done everything, it is left behind. A branch that fails, or is left
 * behind, is interrupted at once; what it shares with others goes on.
 */
public final class Fanout {

  private Fanout() {}

  /**
   * One remote's end.
   *
   * @param encoding how the stream is encoded for it
   * @param target where the bytes go, in a thread of the branch's own. An interrupt tells it to
   *     give up
   * @param whenMoved is told, before anything flows, what to run whenever the target gets on while
   *     its {@code write} blocks. Any thread may run that, at any time: it is cheap and never
   *     throws
   */
  public record Branch(Encoding encoding, PipelineTarget target, Consumer<Runnable> whenMoved) {

    /** A branch whose target gets on only as its {@code write} returns. */
    public Branch(Encoding encoding, PipelineTarget target) {
      this(encoding, target, moved -> {});
    }
  }

  /** What became of a branch. */
  public sealed interface Outcome {

    /**
     * The source and all stages ended well, and the target took everything.
     *
     * @param bytes of the encoded stream
     */
    record Done(long bytes) implements Outcome {}

    /**
     * The target failed, or a stage above it, which it may share with others.
     *
     * @param cause the first failure, of the part that failed by itself
     */
    record Failed(PipelineException cause) implements Outcome {}

    /**
     * It took no byte for the patience while another could have gone on. Its target may still be
     * blocked in a {@code write} that does not heed interrupts; whatever that write belongs to must
     * be closed. Its bytes are not changed until it returns.
     */
    record LeftBehind(Duration patience) implements Outcome {}
  }

  /**
   * How a run ended.
   *
   * @param bytesIn bytes read from the source
   * @param outcomes in the order of the branches
   */
  public record Result(long bytesIn, List<Outcome> outcomes) {
    public Result {
      outcomes = List.copyOf(outcomes);
    }
  }

  /**
   * Lets the source flow to its end into all branches; if all of them failed, until then. All
   * threads have ended when this returns or throws, but those of targets which were interrupted and
   * did not heed that for five seconds.
   *
   * @param source -1 from {@code read} means that everything before it ended well. If no branch is
   *     done, the source is closed by the calling thread, which must end a {@code read} that
   *     another thread is blocked in; otherwise closing is left to the caller
   * @param branches at least one
   * @param patience for how long a branch may take nothing while it holds up another
   * @throws PipelineException if the source failed, {@link Pipeline#SOURCE}. What else fails is the
   *     outcome of the branches below it
   * @throws InterruptedException if the calling thread was interrupted; everything has been stopped
   */
  public static Result run(InputStream source, List<Branch> branches, Duration patience)
      throws PipelineException, InterruptedException {
    if (branches.isEmpty()) {
      throw new IllegalArgumentException("no branches");
    }
    return run(new StageTree(source, patience, System::nanoTime), branches);
  }

  static Result run(StageTree tree, List<Branch> branches)
      throws PipelineException, InterruptedException {
    for (Branch branch : branches) {
      Part.Target target = tree.add(branch.encoding().stages(), branch.target());
      branch.whenMoved().accept(target::tookSome);
    }
    tree.flow();
    if (tree.sourceFailure().isPresent()) {
      throw tree.sourceFailure().get();
    }
    return new Result(tree.bytesIn(), tree.outcomes());
  }

  /**
   * The most that lies between the parts, in bytes of heap: 8 MiB for the source and each distinct
   * stage, and 1 MiB for each branch that shares one of them and may be left behind.
   */
  public static long memoryBound(List<Encoding> encodings) {
    var tree = new StageTree(InputStream.nullInputStream(), Duration.ZERO, System::nanoTime);
    for (Encoding encoding : encodings) {
      tree.add(encoding.stages(), (bytes, offset, length) -> {});
    }
    return tree.memoryBound();
  }
}
