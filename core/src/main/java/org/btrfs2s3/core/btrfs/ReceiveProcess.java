package org.btrfs2s3.core.btrfs;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@code btrfs receive}. The tool completes a subvolume as soon as it has read the END command, and
 * does not wait for the end of its input; so that command, ten bytes, is held back until {@link
 * #finish}.
 */
final class ReceiveProcess extends ReceiveSink {

  /** A command's header; END has no body (kernel: fs/btrfs/send.h). */
  private static final int END_COMMAND_SIZE = 10;

  private static final String ASLEEP =
      "; it was ended because it slept although there was more to read, as it does for ever when a"
          + " stream makes it clone from a FIFO, which no btrfs send does. The backup was forged or"
          + " is damaged: do not restore it. (If something else held the process up for so long,"
          + " run the same command again.)";

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final BtrfsProcess process;
  private final HeldBackOutput input;
  private final SleepWatch watch;

  /** A write failed: bytes are missing, and no more may be written as if they were not. */
  private boolean broken;

  ReceiveProcess(BtrfsProcess process) {
    this(process, PATIENCE);
  }

  /**
   * @param patience with a process that sleeps although it has input
   */
  ReceiveProcess(BtrfsProcess process, Duration patience) {
    this.process = process;
    this.input = new HeldBackOutput(process.input(), END_COMMAND_SIZE);
    this.watch = SleepWatch.start(process.pid(), patience, process::kill);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    watch.setInput(true);
    try {
      input.write(bytes, offset, length);
    } catch (IOException e) {
      broken = true;
      throw failureBehind(e);
    } finally {
      watch.setInput(false);
    }
  }

  @Override
  public void finish() throws BtrfsException, InterruptedException {
    watch.setInput(true);
    @Nullable IOException brokenPipe = endInput();
    awaitSuccess();
    if (broken) {
      throw endedEarly(brokenPipe);
    }
  }

  private @Nullable IOException endInput() {
    try (OutputStream end = process.input()) {
      if (!broken) {
        input.release();
      }
      end.flush();
      return null;
    } catch (IOException e) {
      broken = true;
      return e;
    }
  }

  /** Why a pipe broke, its reader says. */
  private IOException failureBehind(IOException brokenPipe) {
    try {
      awaitSuccess();
      return endedEarly(brokenPipe);
    } catch (BtrfsException e) {
      return e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return brokenPipe;
    }
  }

  private void awaitSuccess() throws BtrfsException, InterruptedException {
    try {
      process.awaitSuccess();
    } catch (BtrfsException e) {
      throw watch.hasEnded() ? new BtrfsException(e.getMessage() + ASLEEP, "", e) : e;
    }
  }

  private static BtrfsException endedEarly(@Nullable IOException brokenPipe) {
    return new BtrfsException("btrfs receive ended before its input did", "", brokenPipe);
  }

  @Override
  public void close() throws BtrfsException {
    try {
      process.stop();
    } finally {
      watch.close();
    }
  }
}
