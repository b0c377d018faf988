package org.btrfs2s3.core.btrfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Ends a child process that waits for something else than its input, although it has some. {@code
 * btrfs receive} does so when a stream makes it open a FIFO for reading (a CLONE from one), and
 * then it waits for ever: nobody is going to write there. Which file is a FIFO only the kernel
 * knows, as the send parent may have made it, and links may lead to it.
 *
 * <p>Such a process sleeps interruptibly and never wakes. Who waits for a disk, or for a lock in
 * the kernel, is in another state, and so is who was stopped; who waits for input wakes when there
 * is some. Who waits for a child of its own is left alone: the shell that keeps devices out of
 * reach, until {@code mount} is done, or a script that somebody calls {@code btrfs}.
 */
final class SleepWatch implements AutoCloseable {

  private static final Duration LOOK = Duration.ofSeconds(1);

  /** proc_pid_status(5) */
  private static final Pattern STATUS =
      Pattern.compile("\\nState:\\tS .*\\nvoluntary_ctxt_switches:\\t([0-9]+)\\n", Pattern.DOTALL);

  private final long pid;
  private final Path status;
  private final long mostLooks;
  private final Runnable end;
  private final Thread thread;

  private final CountDownLatch closed = new CountDownLatch(1);

  // Guarded by this.
  private boolean hasInput;
  private boolean ended;

  private SleepWatch(long pid, Duration patience, Runnable end) {
    this.pid = pid;
    this.status = Path.of("/proc", Long.toString(pid), "status");
    this.mostLooks = patience.dividedBy(LOOK);
    this.end = end;
    this.thread = Thread.ofPlatform().daemon().name("sleep watch").unstarted(this::watch);
  }

  /**
   * Begins to look at a process once in a while.
   *
   * @param patience how long it may sleep so; at least some seconds
   * @param end ends it
   */
  static SleepWatch start(long pid, Duration patience, Runnable end) {
    var watch = new SleepWatch(pid, patience, end);
    watch.thread.start();
    return watch;
  }

  /** Says whether there is input that the process has not taken, its end included. */
  synchronized void setInput(boolean now) {
    hasInput = now;
  }

  /** Whether the process was ended because of its sleep. */
  synchronized boolean hasEnded() {
    return ended;
  }

  private void watch() {
    Optional<String> last = Optional.empty();
    // Counted, not timed: whoever stops all of us, and lets us go on, has stopped the process, too.
    long looks = 0;
    while (looks < mostLooks && pause()) {
      var now = hasInput() ? sleep() : Optional.<String>empty();
      looks = now.isPresent() && now.equals(last) ? looks + 1 : 0;
      last = now;
    }
    if (looks >= mostLooks) {
      setEnded();
      end.run();
    }
  }

  private synchronized boolean hasInput() {
    return hasInput;
  }

  private synchronized void setEnded() {
    ended = true;
  }

  /** False if it was closed. */
  private boolean pause() {
    try {
      return !closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      return false; // Nobody interrupts it.
    }
  }

  /** How often it has woken, if it sleeps. */
  private Optional<String> sleep() {
    String text;
    try {
      text = Files.readString(status, StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      return Optional.empty(); // It has ended, or /proc is not to be seen.
    }
    var found = STATUS.matcher(text);
    return found.find() && !hasChild() ? Optional.of(found.group(1)) : Optional.empty();
  }

  private boolean hasChild() {
    return ProcessHandle.of(pid).stream().flatMap(ProcessHandle::children).findAny().isPresent();
  }

  /** Ends the watching; the process goes on. Idempotent. */
  @Override
  public void close() {
    closed.countDown();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
