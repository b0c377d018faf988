package org.btrfs2s3.app.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.btrfs2s3.core.restore.StreamExport;

/**
 * The program's standard output as the place of a send stream; not through {@code System.out},
 * which keeps failures to itself. Never closed: whoever reads it sees the end when the process
 * ends, with its exit code.
 */
final class StandardOutput implements StreamExport.Sink {

  private static final int BUFFER_BYTES = 1 << 18;

  private final Written written;
  private OutputStream buffer;

  StandardOutput() {
    this(new FileOutputStream(FileDescriptor.out));
  }

  StandardOutput(OutputStream out) {
    this.written = new Written(out);
    this.buffer = new BufferedOutputStream(written, BUFFER_BYTES);
  }

  @Override
  public OutputStream content() {
    return buffer;
  }

  @Override
  public boolean restart() {
    buffer = new BufferedOutputStream(written, BUFFER_BYTES);
    return !written.any;
  }

  /** Knows whether anything has left. */
  private static final class Written extends FilterOutputStream {

    private boolean any;

    Written(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      any = true;
      out.write(bytes, offset, length);
    }
  }
}
