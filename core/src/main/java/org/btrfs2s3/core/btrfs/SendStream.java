package org.btrfs2s3.core.btrfs;

import java.io.IOException;
import java.io.InputStream;

/**
 * The output of {@code btrfs send}. {@code read} returns -1 only after the process has ended with
 * exit code 0; otherwise it throws {@link BtrfsException} with the process' own words. {@code
 * close} ends the process and waits for it.
 */
public abstract class SendStream extends InputStream {

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  /** Abstract, because the one of InputStream would read byte by byte. */
  @Override
  public abstract int read(byte[] bytes, int offset, int length) throws IOException;
}
