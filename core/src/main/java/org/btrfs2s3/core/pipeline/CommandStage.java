package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

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
  private final List<String> command;

  CommandStage(String role, List<String> command) {
    if (command.isEmpty()) {
      throw new IllegalArgumentException(role + ": empty command");
    }
    this.name = role + " " + command.getFirst();
    this.command = List.copyOf(command);
  }

  static List<Stage> chain(String role, List<List<String>> commands) {
    var stages = new ArrayList<Stage>();
    for (int i = 0; i < commands.size(); i++) {
      stages.add(new CommandStage(role + "[" + i + "]", commands.get(i)));
    }
    return List.copyOf(stages);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void transform(InputStream in, OutputStream out) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).start();
    } catch (IOException e) {
      throw new IOException("cannot start the command: " + e.getMessage(), e);
    }
    new RunningCommand(name, process, in, out).run();
  }
}
