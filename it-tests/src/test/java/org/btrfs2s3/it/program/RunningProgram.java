package org.btrfs2s3.it.program;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A child process. Closing kills it, with its children, if it still runs. */
public final class RunningProgram implements AutoCloseable {
  private final String commandLine;
  private final Process process;
  private final Path stdout;
  private final Path stderr;

  RunningProgram(String commandLine, Process process, Path stdout, Path stderr) {
    this.commandLine = commandLine;
    this.process = process;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isRunning() {
    return process.isAlive();
  }

  /** What it printed to stdout until now. */
  public String stdout() {
    return read(stdout);
  }

  /** What it printed to stderr until now. */
  public String stderr() {
    return read(stderr);
  }

  /** Sends a signal, such as {@code TERM}, to this process alone. */
  public void kill(String signal) {
    // The shell's own: not every machine has the program of this name.
    Program.bash("kill -s \"$1\" \"$2\"", signal, pid()).output();
  }

  /** Sends a signal to a program and its children, as Ctrl-C does, if {@code setsid} started it. */
  public void killGroup(String signal) {
    Program.bash("kill -s \"$1\" -- \"-$2\"", signal, pid()).output();
  }

  /**
   * Waits for its end.
   *
   * @throws AssertionError with what it printed, if it still runs after this time
   */
  public Result await(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            "still running after " + patience + ": " + commandLine + "\n" + stdout() + stderr());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + commandLine, e);
    }
    return new Result(process.exitValue(), stdout(), stderr());
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
    try {
      Files.deleteIfExists(stdout);
      Files.deleteIfExists(stderr);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      // Not Files.readString: output under test may be anything, and must not fail the reading.
      return new String(Files.readAllBytes(file), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
