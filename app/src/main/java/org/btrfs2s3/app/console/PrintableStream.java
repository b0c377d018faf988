package org.btrfs2s3.app.console;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** Where the log goes: what servers answer, and what files are called, stands in its messages. */
public final class PrintableStream extends PrintStream {

  /**
   * Everything printed is written as {@link Printable}.
   *
   * @param to stays open
   */
  public PrintableStream(PrintStream to) {
    super(to, true, to.charset());
  }

  /** All that prints text does it by this. */
  @Override
  public void print(@Nullable String text) {
    super.print(Printable.text(String.valueOf(text)));
  }
}
