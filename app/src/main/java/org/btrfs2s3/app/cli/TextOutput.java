package org.btrfs2s3.app.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * Where text goes that a command prints to standard output; remembers what {@code System.out} keeps
 * to itself. A script or a list that a full disk has cut off must not look as if all were well.
 */
final class TextOutput extends FilterOutputStream {

  private static final int BUFFER_BYTES = 1 << 13;

  /** How the system calls it when the reader has gone, such as {@code head}: it wanted no more. */
  private static final String READER_GONE = "Broken pipe";

  private volatile @Nullable IOException failure;

  TextOutput(OutputStream out) {
    super(out);
  }

  /** Takes the place of {@code System.out}. */
  static TextOutput takeOver() {
    var output = new TextOutput(new FileOutputStream(FileDescriptor.out));
    var charset = System.out.charset();
    System.setOut(new PrintStream(new BufferedOutputStream(output, BUFFER_BYTES), false, charset));
    return output;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      if (failure == null) {
        failure = e;
      }
      throw e;
    }
  }

  /**
   * The exit code of a command all of whose output was flushed: a failure, which is told, where
   * everything succeeded but that.
   */
  int exitCode(int ofCommand, PrintStream err) {
    var lost = failure;
    if (lost == null || READER_GONE.equals(lost.getMessage())) {
      return ofCommand;
    }
    err.println(
        "btrfs2s3: cannot write to standard output: %s; what was printed there is incomplete"
            .formatted(lost.getMessage()));
    return ofCommand == ExitCode.DONE.value() ? ExitCode.FAILED.value() : ofCommand;
  }
}
