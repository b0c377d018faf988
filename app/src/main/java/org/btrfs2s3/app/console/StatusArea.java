package org.btrfs2s3.app.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.List;
import java.util.function.Supplier;
import org.btrfs2s3.core.linux.TerminalWindow;

/**
 * The last lines of a terminal, which change in place, while whatever else is written to it appears
 * above them. Safe for use by several threads.
 *
 * <p>As long as lines are shown, other output waits for the end of its line.
 */
public final class StatusArea {

  private static final String TO_LINE_START = "\r";
  private static final String CLEAR_BELOW = "\033[J";

  private final PrintStream terminal;
  private final Charset charset;
  private final Supplier<TerminalWindow> window;

  /** Guarded by this, like all that follows: the lines on the terminal now. */
  private List<String> shown = List.of();

  /** The beginning of a line of other output. */
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();

  /** Whether the cursor is behind something of the other output. */
  private boolean withinLine;

  /**
   * Shows nothing yet.
   *
   * @param window asked whenever lines are shown, because people change it
   */
  public StatusArea(PrintStream terminal, Supplier<TerminalWindow> window) {
    this.terminal = terminal;
    this.charset = terminal.charset();
    this.window = window;
  }

  /** Where everything else is to be written. */
  public PrintStream above() {
    return new PrintStream(new Above(), true, charset);
  }

  /** How long a line may be, so that the cursor has a place behind it. */
  int columns() {
    return Math.max(1, window.get().columns() - 1);
  }

  /** Shows these lines, of at most {@link #columns}, in place of those before; too many are cut. */
  synchronized void show(List<String> lines) {
    var text = new StringBuilder(erasing());
    if (lines.isEmpty()) {
      shown = List.of();
      terminal.print(text);
      writeHeld();
    } else {
      if (withinLine) {
        text.append('\n');
        withinLine = false;
      }
      shown = List.copyOf(lines.subList(0, Math.min(lines.size(), window.get().rows())));
      terminal.print(text.append(String.join("\n", shown)));
    }
    terminal.flush();
  }

  /** What brings the cursor to the beginning of the first line, and clears all of them. */
  private String erasing() {
    if (shown.isEmpty()) {
      return "";
    }
    int up = shown.size() - 1;
    return TO_LINE_START + (up > 0 ? "\033[" + up + "A" : "") + CLEAR_BELOW;
  }

  private void writeHeld() {
    write(held.toByteArray());
    held.reset();
  }

  private void write(byte[] bytes) {
    if (bytes.length > 0) {
      terminal.write(bytes, 0, bytes.length);
      withinLine = bytes[bytes.length - 1] != '\n';
    }
  }

  private synchronized void writeAbove(byte[] bytes, int offset, int length) {
    held.write(bytes, offset, length);
    if (shown.isEmpty()) {
      writeHeld();
    } else if (length > 0 && bytes[offset + length - 1] == '\n') {
      terminal.print(erasing());
      writeHeld();
      terminal.print(String.join("\n", shown));
    }
    terminal.flush();
  }

  private final class Above extends OutputStream {

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      writeAbove(bytes, offset, length);
    }
  }
}
