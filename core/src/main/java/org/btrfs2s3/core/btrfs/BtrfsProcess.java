package org.btrfs2s3.core.btrfs;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.btrfs2s3.core.linux.ProcessPipe;
import org.btrfs2s3.core.linux.SystemCallException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child process of the {@code btrfs} tool with its end: exit code, signal, own words.
 *
 * <p>Its environment is PATH and {@code LC_ALL=C}, which makes its messages the same everywhere; it
 * takes paths as bytes whatever the locale. The JDK encodes them as its own locale says, so that
 * names beyond ASCII need one with UTF-8.
 */
final class BtrfsProcess {

  private static final Logger log = LoggerFactory.getLogger(BtrfsProcess.class);

  private static final int STANDARD_INPUT = 0;
  private static final int STANDARD_OUTPUT = 1;

  /**
   * 16 times the usual size, so that the two sides wait for each other less often; as much as
   * anyone may have by default (/proc/sys/fs/pipe-max-size).
   */
  private static final int PIPE_BYTES = 1 << 20;

  /** Where the JDK, and the C library, look if nothing is said. */
  private static final String USUAL_PATH = "/bin:/usr/bin";

  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final Duration AFTER_KILL = Duration.ofSeconds(30);
  private static final Map<Integer, String> SIGNALS =
      Map.of(
          1, "SIGHUP", 2, "SIGINT", 6, "SIGABRT", 9, "SIGKILL", 11, "SIGSEGV", 13, "SIGPIPE", 15,
          "SIGTERM");

  private final Process process;
  private final String attempt;
  private final ErrorOutput errors;

  private BtrfsProcess(Process process, String attempt) {
    this.process = process;
    this.attempt = attempt;
    this.errors = ErrorOutput.collect(process.getErrorStream(), attempt);
  }

  /** Starts a process that reads nothing and whose output is read here. */
  static BtrfsProcess producing(String attempt, List<String> command) throws BtrfsException {
    var builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
    return start(attempt, builder, STANDARD_OUTPUT);
  }

  /** Starts a process that reads what is written here and whose output is of no interest. */
  static BtrfsProcess consuming(String attempt, List<String> command) throws BtrfsException {
    var builder = new ProcessBuilder(command).redirectOutput(Redirect.DISCARD);
    return start(attempt, builder, STANDARD_INPUT);
  }

  private static BtrfsProcess start(String attempt, ProcessBuilder builder, int streamed)
      throws BtrfsException {
    builder.environment().keySet().retainAll(Set.of("PATH"));
    builder.environment().put("LC_ALL", "C");
    try {
      Process process = builder.start();
      enlargePipe(process, streamed);
      return new BtrfsProcess(process, attempt);
    } catch (IOException e) {
      throw missing(attempt, String.valueOf(e.getMessage()), e);
    }
  }

  /** A small pipe is only slower. */
  private static void enlargePipe(Process process, int descriptor) {
    try {
      ProcessPipe.resize(process.pid(), descriptor, PIPE_BYTES);
    } catch (SystemCallException e) {
      log.debug("a pipe stays as small as it is: {}", e.getMessage());
    }
  }

  /** Fails as starting it would, for a tool that something else is going to start. */
  static void requireTool(String attempt, String tool) throws BtrfsException {
    var places = System.getenv().getOrDefault("PATH", USUAL_PATH).split(":", -1);
    // Not as paths: what is no text in the locale of the JVM is none.
    boolean isThere =
        Stream.of(places)
            .map(place -> new File(place.isEmpty() ? "." : place, tool))
            .anyMatch(file -> file.isFile() && file.canExecute());
    if (!isThere) {
      throw missing(attempt, "there is no program " + tool, null);
    }
  }

  private static BtrfsException missing(
      String attempt, String problem, @Nullable IOException cause) {
    return new BtrfsException(
        "cannot "
            + attempt
            + ": "
            + problem
            + "; the tool is in the package btrfs-progs, and must be on PATH",
        "",
        cause);
  }

  long pid() {
    return process.pid();
  }

  InputStream output() {
    return process.getInputStream();
  }

  OutputStream input() {
    return process.getOutputStream();
  }

  /**
   * Waits for the end.
   *
   * @throws BtrfsException with the process' own words unless the exit code is 0
   */
  void awaitSuccess() throws BtrfsException, InterruptedException {
    int exitCode = process.waitFor();
    if (exitCode == 0) {
      return;
    }
    String words = errors.words();
    throw new BtrfsException(
        "cannot " + attempt + ": " + ending(exitCode) + (words.isEmpty() ? "" : ": " + words),
        "",
        null);
  }

  /** The JDK reports the end by a signal as 128 + its number, as shells do. */
  private static String ending(int exitCode) {
    if (exitCode <= 128) {
      return "exit code " + exitCode;
    }
    int signal = exitCode - 128;
    return "ended by signal " + SIGNALS.getOrDefault(signal, Integer.toString(signal));
  }

  /**
   * Ends the process and waits for its end: SIGTERM, after two seconds SIGKILL. Idempotent; ignores
   * interrupts and keeps them.
   *
   * @throws BtrfsException if it does not end even so: it hangs in the kernel
   */
  void stop() throws BtrfsException {
    // Not Process.destroy, which closes the streams at once: to the process, the end of its input
    // must not come before its own end, or it may take what it got for the whole.
    process.toHandle().destroy();
    if (!endsWithin(GRACE)) {
      process.toHandle().destroyForcibly();
      if (!endsWithin(AFTER_KILL)) {
        throw new BtrfsException(
            "cannot end process " + process.pid() + " (" + attempt + "): it hangs in the kernel",
            "",
            null);
      }
    }
    closeStreams();
  }

  /** Ends the process at once, and does not wait. */
  void kill() {
    process.toHandle().destroyForcibly();
  }

  private boolean endsWithin(Duration limit) {
    // join, unlike waitFor, is not cut short by an interrupt.
    return process
        .onExit()
        .thenApply(ended -> true)
        .completeOnTimeout(false, limit.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  private void closeStreams() {
    for (Closeable stream : List.of(process.getInputStream(), process.getOutputStream())) {
      try {
        stream.close();
      } catch (IOException e) {
        // What was still to be flushed has no reader any more: the process was stopped for that.
      }
    }
  }
}
