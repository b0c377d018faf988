package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * An external command as a filter. It inherits the environment and runs in the current directory.
 *
 * <p>It fails if the command cannot be started, ends with another code than 0, stops reading before
 * the input's end, or writes nothing. (Input that already lies in the operating system's pipe when
 * the command ends cannot be told from input that was read.) Its last words on standard error go
 * into the message, its arguments do not: they may hold a secret.
 */
final class CommandStage implements Stage {

  private final String name;
  private final List<List<String>> chain;
  private final int index;

  private CommandStage(String role, List<List<String>> chain, int index) {
    String place = role + "[" + index + "]";
    if (chain.get(index).isEmpty()) {
      throw new IllegalArgumentException(place + ": empty command");
    }
    this.name = place + " " + chain.get(index).getFirst();
    this.chain = chain;
    this.index = index;
  }

  static List<Stage> chain(String role, List<List<String>> commands) {
    List<List<String>> chain = commands.stream().map(List::copyOf).toList();
    return IntStream.range(0, chain.size())
        .<Stage>mapToObj(index -> new CommandStage(role, chain, index))
        .toList();
  }

  /** Whether it is the same place of the same chain: what commands do to each other is unknown. */
  @Override
  public boolean equals(Object other) {
    return other instanceof CommandStage stage
        && name.equals(stage.name)
        && chain.equals(stage.chain)
        && index == stage.index;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, chain, index);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void transform(InputStream in, OutputStream out) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(chain.get(index)).start();
    } catch (IOException e) {
      throw new MissingCommandException(e);
    }
    new RunningCommand(name, process, in, out).run();
  }
}
