package org.btrfs2s3.core.pipeline;

import java.util.List;

/**
 * The user's own commands ({@code pipe_through}). What they make of the stream is unknown, so the
 * key gets no suffix.
 */
public final class FilterEncoding implements Encoding {

  private static final String ROLE = "pipe_through";

  // Not a record: the arguments may hold a secret.
  private final List<List<String>> commands;

  /**
   * @param commands argument lists, in order of the flow
   */
  public FilterEncoding(List<List<String>> commands) {
    if (commands.isEmpty()) {
      throw new IllegalArgumentException("no command to pipe through");
    }
    this.commands = commands.stream().map(List::copyOf).toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FilterEncoding encoding && commands.equals(encoding.commands);
  }

  @Override
  public int hashCode() {
    return commands.hashCode();
  }

  @Override
  public List<String> keySuffixes() {
    return List.of();
  }

  @Override
  public String description() {
    return "pipe";
  }

  @Override
  public List<Stage> stages() {
    return CommandStage.chain(ROLE, commands);
  }

  /** What others' commands make of a piece is unknown. */
  @Override
  public boolean isSegmentable() {
    return false;
  }

  /** The programs, without their arguments. */
  @Override
  public String toString() {
    return ROLE + commands.stream().map(List::getFirst).toList();
  }
}
