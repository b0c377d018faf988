package org.btrfs2s3.core.btrfs;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs a tool of the system that takes no longer than some seconds, in any case, to its end. */
final class SystemTool {

  private static final List<String> SYSTEM_DIRECTORIES = List.of("/usr/sbin", "/sbin");

  private SystemTool() {}

  /**
   * Waits for it; an interrupt does not stop that.
   *
   * @param attempt for the message, such as {@code mount /image}
   * @param advice what may be missing; may be empty
   * @throws BtrfsException if it does not end with 0
   */
  static void run(String attempt, String advice, List<String> command) throws BtrfsException {
    var builder =
        new ProcessBuilder(found(command))
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true);
    builder.environment().keySet().retainAll(Set.of("PATH"));
    builder.environment().putAll(Map.of("LC_ALL", "C"));
    String words;
    int exitCode;
    try {
      Process process = builder.start();
      words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      exitCode = process.onExit().join().exitValue();
    } catch (IOException e) {
      throw failure(attempt, String.valueOf(e.getMessage()), advice);
    }
    if (exitCode != 0) {
      throw failure(attempt, "exit code " + exitCode + ": " + words, advice);
    }
  }

  private static BtrfsException failure(String attempt, String what, String advice) {
    var end = advice.isEmpty() ? "" : "; " + advice;
    return new BtrfsException("cannot " + attempt + ": " + what + end, "", null);
  }

  /** A user who became root may have a PATH without the tools for the system. */
  private static List<String> found(List<String> command) {
    for (var place : SYSTEM_DIRECTORIES) {
      var tool = Path.of(place, command.getFirst());
      if (Files.isExecutable(tool)) {
        var absolute = new ArrayList<>(command);
        absolute.set(0, tool.toString());
        return absolute;
      }
    }
    return command;
  }
}
