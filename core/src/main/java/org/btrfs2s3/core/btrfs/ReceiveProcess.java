package org.btrfs2s3.core.btrfs;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code btrfs receive}. The tool completes a subvolume as soon as it has read the END command, and
 * does not wait for the end of its input; so that command, ten bytes, is held back until {@link
 * #finish}.
 */
final class ReceiveProcess extends ReceiveSink {

  /** A command's header; END has no body (kernel: fs/btrfs/send.h). */
  private static final int END_COMMAND_SIZE = 10;

  private final BtrfsProcess process;
  private final HeldBackOutput input;

  /** A write failed: bytes are missing, and no more may be written as if they were not. */
  private boolean broken;

  ReceiveProcess(BtrfsProcess process) {
    this.process = process;
    this.input = new HeldBackOutput(process.input(), END_COMMAND_SIZE);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      input.write(bytes, offset, length);
    } catch (IOException e) {
      broken = true;
      throw failureBehind(e);
    }
  }

  @Override
  public void finish() throws BtrfsException, InterruptedException {
    @Nullable IOException brokenPipe = endInput();
    process.awaitSuccess();
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
      process.awaitSuccess();
      return endedEarly(brokenPipe);
    } catch (BtrfsException e) {
      return e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return brokenPipe;
    }
  }

  private static BtrfsException endedEarly(@Nullable IOException brokenPipe) {
    return new BtrfsException("btrfs receive ended before its input did", "", brokenPipe);
  }

  @Override
  public void close() throws BtrfsException {
    process.stop();
  }
}
