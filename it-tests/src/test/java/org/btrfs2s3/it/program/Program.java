package org.btrfs2s3.it.program;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A program, ready to run with a directory and an environment. Immutable.
 *
 * <p>Its stdin is empty, so that nothing can wait for a terminal; its output goes through files, so
 * that nobody can block on a full pipe.
 */
public final class Program {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final List<String> command;
  private final Map<String, String> environment;
  private final boolean inheritsEnvironment;

  private Program(
      List<String> command, Map<String, String> environment, boolean inheritsEnvironment) {
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.inheritsEnvironment = inheritsEnvironment;
  }

  public static Program of(Object... command) {
    return new Program(strings(command), Map.of(), true);
  }

  /**
   * A bash script of one or more lines, which stops at the first failure, with $1, $2 and so on.
   */
  public static Program bash(String script, Object... arguments) {
    List<String> command =
        Stream.concat(
                Stream.of("bash", "-euo", "pipefail", "-c", script, "bash"),
                strings(arguments).stream())
            .toList();
    return new Program(command, Map.of(), true);
  }

  public Program with(Object... arguments) {
    List<String> longer = Stream.concat(command.stream(), strings(arguments).stream()).toList();
    return new Program(longer, environment, inheritsEnvironment);
  }

  /** In a process group of its own, with its children. */
  public Program inGroup() {
    return under("setsid");
  }

  /** The same, started by another program, which comes first on the command line. */
  public Program under(Object... wrapper) {
    List<String> longer = Stream.concat(strings(wrapper).stream(), command.stream()).toList();
    return new Program(longer, environment, inheritsEnvironment);
  }

  public Program withEnvironment(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(environment);
    more.put(name, value);
    return new Program(command, more, inheritsEnvironment);
  }

  /** As {@code env -i} runs it: nothing is inherited, what was set before is dropped. */
  public Program withEmptyEnvironment() {
    return new Program(command, Map.of(), false);
  }

  /** Runs it to its end, which must come within five minutes. */
  public Result run() {
    try (RunningProgram running = start()) {
      return running.await(PATIENCE);
    }
  }

  /** Runs a program that must succeed, and returns its stdout. */
  public String output() {
    return run().expect(0).stdout();
  }

  public RunningProgram start() {
    try {
      Path stdout = Files.createTempFile("stdout", null);
      Path stderr = Files.createTempFile("stderr", null);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(stdout.toFile())
              .redirectError(stderr.toFile());
      if (!inheritsEnvironment) {
        builder.environment().clear();
      }
      builder.environment().putAll(environment);
      return new RunningProgram(String.join(" ", command), builder.start(), stdout, stderr);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> strings(Object... words) {
    return Arrays.stream(words).map(Object::toString).toList();
  }
}
