package org.btrfs2s3.it.proxy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/** Counts what is written, and may be slow or end early. */
final class MeteredOutput extends OutputStream {
  private static final int STEPS_PER_SECOND = 20;

  private final OutputStream out;
  private final long room;
  private final int bytesPerSecond;
  private final long slowBytes;
  private long count;

  private MeteredOutput(OutputStream out, long room, int bytesPerSecond, long slowBytes) {
    this.out = out;
    this.room = room;
    this.bytesPerSecond = bytesPerSecond;
    this.slowBytes = slowBytes;
  }

  static MeteredOutput unlimited(OutputStream out) {
    return new MeteredOutput(out, Long.MAX_VALUE, 0, 0);
  }

  /** Throws {@link FullException} when more than this is written. */
  static MeteredOutput endingAfter(long room, OutputStream out) {
    return new MeteredOutput(out, room, 0, 0);
  }

  static MeteredOutput slow(Fault.Trickle pace, OutputStream out) {
    return new MeteredOutput(out, Long.MAX_VALUE, pace.bytesPerSecond(), pace.bytes());
  }

  /** It took as much as it was meant to. */
  static final class FullException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  long count() {
    return count;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      int step = (int) Math.min(length - done, step());
      if (step == 0) {
        out.flush();
        throw new FullException();
      }
      out.write(bytes, offset + done, step);
      count += step;
      done += step;
    }
  }

  private long step() throws IOException {
    if (count >= slowBytes) {
      return room - count;
    }
    out.flush();
    pause();
    return Math.min(Math.max(1, bytesPerSecond / STEPS_PER_SECOND), slowBytes - count);
  }

  private static void pause() throws InterruptedIOException {
    try {
      Thread.sleep(1000 / STEPS_PER_SECOND);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }
}
