package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A child process between two streams. The thread that calls {@link #run} only waits, so that an
 * interrupt reaches it; three others do what can block in the kernel. Killing the process ends all
 * of that.
 */
final class RunningCommand {

  private static final int BUFFER_BYTES = 64 << 10;

  /** Shells and the JDK add the number of the signal that ended a process to 128. */
  private static final int SIGNAL_BASE = 128;

  private static final int LARGEST_SIGNAL = 64;

  private static final Duration ORPHAN_PATIENCE = Duration.ofSeconds(5);

  private final Process process;
  private final InputStream in;
  private final OutputStream out;
  private final LastWords lastWords = new LastWords();
  private final List<Thread> threads;

  /** Why the process was killed; null if it was not. */
  private volatile @Nullable Throwable givenUp;

  // Each written by one thread and read after that was joined.
  private long bytesOut;
  private @Nullable IOException refusedInput;

  RunningCommand(String name, Process process, InputStream in, OutputStream out) {
    this.process = process;
    this.in = in;
    this.out = out;
    this.threads =
        List.of(
            thread(name + " stdin", this::feed),
            thread(name + " stdout", this::collect),
            thread(name + " stderr", () -> lastWords.readFrom(process.getErrorStream())));
  }

  /** Waits until the process has ended and everything was passed on. */
  void run() throws IOException, InterruptedException {
    int exitCode;
    try {
      threads.forEach(Thread::start);
      exitCode = process.waitFor();
      // Read now: what fails after a process has failed by itself is not why.
      throwIfGivenUp();
      if (exitCode == 0) {
        for (Thread thread : threads) {
          thread.join();
        }
      }
    } finally {
      kill();
      finish();
    }
    if (exitCode != 0) {
      throw new FailedCommandException(withLastWords(describe(exitCode)));
    }
    throwIfGivenUp();
    failUnlessComplete();
  }

  private void failUnlessComplete() throws IOException {
    if (refusedInput != null) {
      throw new IOException(
          withLastWords("stopped reading before the end of its input"), refusedInput);
    }
    if (bytesOut == 0) {
      throw new IOException(withLastWords("wrote no output"));
    }
  }

  private static String describe(int exitCode) {
    int signal = exitCode - SIGNAL_BASE;
    return signal > 0 && signal <= LARGEST_SIGNAL
        ? "killed by signal " + signal + " (exit code " + exitCode + ")"
        : "failed with exit code " + exitCode;
  }

  private String withLastWords(String problem) {
    String words = lastWords.text();
    return words.isEmpty() ? problem : problem + ": " + words;
  }

  private void throwIfGivenUp() throws IOException {
    switch (givenUp) {
      case null -> {}
      case IOException e -> throw e;
      case Throwable e -> throw new IOException(e);
    }
  }

  /** Passes the input on. The end of the input is the end of the command's standard input. */
  private void feed() {
    byte[] bytes = new byte[BUFFER_BYTES];
    try (OutputStream stdin = process.getOutputStream()) {
      for (int count = readInput(bytes); count >= 0; count = readInput(bytes)) {
        stdin.write(bytes, 0, count);
        stdin.flush();
      }
    } catch (IOException e) {
      refusedInput = e;
    }
  }

  /** Like {@code in.read}, but -1, with the process killed, when that fails. */
  private int readInput(byte[] bytes) {
    try {
      return in.read(bytes);
    } catch (Throwable e) {
      giveUp(e);
      return -1;
    }
  }

  private void collect() {
    byte[] bytes = new byte[BUFFER_BYTES];
    // Not closed before the process is killed: a shell whose child dies of a closed pipe goes on.
    InputStream stdout = process.getInputStream();
    try {
      for (int count = stdout.read(bytes); count >= 0; count = stdout.read(bytes)) {
        out.write(bytes, 0, count);
        bytesOut += count;
      }
    } catch (Throwable e) {
      giveUp(e);
    }
  }

  /** Kills the process, after which {@link #run} goes on. The first cause is kept. */
  private synchronized void giveUp(Throwable cause) {
    if (givenUp == null) {
      givenUp = cause;
    }
    kill();
  }

  private void kill() {
    if (process.isAlive()) {
      // A shell's children would keep its pipes open. Parents first: a shell whose child is gone
      // goes on with its next one.
      List<ProcessHandle> descendants = process.descendants().toList();
      process.destroyForcibly();
      descendants.forEach(ProcessHandle::destroyForcibly);
      process.onExit().join();
    }
  }

  /**
   * Waits for the threads of a process that is dead. One that still reads from a pipe which an
   * orphan holds open, out of our reach, is left alone after a while: it can do no harm.
   */
  private void finish() {
    threads.forEach(Thread::interrupt);
    boolean interrupted = false;
    long deadline = System.nanoTime() + ORPHAN_PATIENCE.toNanos();
    for (Thread thread : threads) {
      while (thread.isAlive() && System.nanoTime() < deadline) {
        try {
          thread.join(Duration.ofNanos(deadline - System.nanoTime()));
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Thread thread(String threadName, Runnable body) {
    return Thread.ofPlatform().daemon().name("pipeline " + threadName).unstarted(body);
  }
}
