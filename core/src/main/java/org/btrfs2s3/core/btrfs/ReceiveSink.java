package org.btrfs2s3.core.btrfs;

import java.io.OutputStream;

/**
 * The standard input of {@code btrfs receive}. {@link #finish} ends the input and waits for the
 * process; {@code close} before it ends the process instead, so that nothing is received that was
 * not finished.
 */
public abstract class ReceiveSink extends OutputStream {

  /**
   * Ends the input and waits for exit code 0.
   *
   * @throws BtrfsException with the process' own words if it failed
   */
  public abstract void finish() throws BtrfsException, InterruptedException;
}
