package org.btrfs2s3.core.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * The size of the window of a terminal, in characters.
 *
 * @param columns at least 1
 * @param rows at least 1
 */
public record TerminalWindow(int columns, int rows) {

  // TIOCGWINSZ and struct winsize, both the same on x86-64 and arm64: asm-generic/ioctls.h,
  // termios.h
  private static final long TIOCGWINSZ = 0x5413;
  private static final int WINSIZE_SIZE = 8;
  private static final int ROWS = 0;
  private static final int COLUMNS = 2;
  private static final int STANDARD_OUTPUT = 1;
  private static final int STANDARD_ERROR = 2;

  /** What a terminal has that does not tell, such as a serial line. */
  private static final TerminalWindow USUAL = new TerminalWindow(80, 24);

  public TerminalWindow {
    if (columns < 1 || rows < 1) {
      throw new IllegalArgumentException("a window of " + columns + " x " + rows);
    }
  }

  /** That of the terminal to which standard error goes; empty if it goes elsewhere. */
  public static Optional<TerminalWindow> ofStandardError() {
    return of(STANDARD_ERROR);
  }

  /** That of the terminal to which standard output goes; empty if it goes elsewhere. */
  public static Optional<TerminalWindow> ofStandardOutput() {
    return of(STANDARD_OUTPUT);
  }

  static Optional<TerminalWindow> of(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(WINSIZE_SIZE, Short.BYTES);
      if (LibC.ioctl(descriptor, TIOCGWINSZ, size) < 0) {
        return Optional.empty();
      }
      int columns = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, COLUMNS));
      int rows = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, ROWS));
      return Optional.of(columns > 0 && rows > 0 ? new TerminalWindow(columns, rows) : USUAL);
    }
  }
}
