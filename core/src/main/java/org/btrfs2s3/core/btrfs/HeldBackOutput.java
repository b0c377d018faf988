package org.btrfs2s3.core.btrfs;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Keeps the last bytes to itself until {@link #release}, and passes on all others at once. */
final class HeldBackOutput extends FilterOutputStream {

  private final byte[] held;
  private int count;

  /**
   * @param size how many bytes to keep, at least 1
   */
  HeldBackOutput(OutputStream out, int size) {
    super(out);
    held = new byte[size];
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int kept = Math.min(length, held.length);
    makeRoom(kept);
    int passed = length - kept;
    out.write(bytes, offset, passed);
    System.arraycopy(bytes, offset + passed, held, count, kept);
    count += kept;
  }

  /** Passes on as many of the oldest held bytes as are in the way of {@code length} new ones. */
  private void makeRoom(int length) throws IOException {
    int surplus = Math.max(0, count + length - held.length);
    out.write(held, 0, surplus);
    count -= surplus;
    System.arraycopy(held, surplus, held, 0, count);
  }

  /** Passes on what was held back; nothing may be written after it. */
  void release() throws IOException {
    out.write(held, 0, count);
    count = 0;
    out.flush();
  }
}
