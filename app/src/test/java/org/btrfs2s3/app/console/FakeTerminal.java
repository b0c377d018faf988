package org.btrfs2s3.app.console;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.btrfs2s3.core.linux.TerminalWindow;

/**
 * A terminal that shows ASCII, wraps what is too long for it, and knows the few sequences that are
 * used; others fail the test.
 */
final class FakeTerminal {

  private final TerminalWindow window;
  private final List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
  private final StringBuilder sequence = new StringBuilder();
  private int row;
  private int column;

  FakeTerminal(int columns, int rows) {
    window = new TerminalWindow(columns, rows);
  }

  TerminalWindow window() {
    return window;
  }

  PrintStream stream() {
    return new PrintStream(
        new OutputStream() {
          @Override
          public void write(int b) {
            put((char) b);
          }
        },
        true,
        StandardCharsets.UTF_8);
  }

  /** What is seen, from the first line that was ever written. */
  List<String> screen() {
    return lines.stream().map(StringBuilder::toString).map(String::stripTrailing).toList();
  }

  private void put(char c) {
    if (!sequence.isEmpty() || c == '\033') {
      sequence.append(c);
      if (Character.isLetter(c)) {
        obey(sequence.toString());
        sequence.setLength(0);
      }
    } else if (c == '\r') {
      column = 0;
    } else if (c == '\n') {
      newLine();
    } else {
      print(c);
    }
  }

  private void newLine() {
    row++;
    column = 0;
    if (row == lines.size()) {
      lines.add(new StringBuilder());
    }
  }

  private void print(char c) {
    if (column == window.columns()) {
      newLine();
    }
    var line = lines.get(row);
    while (line.length() <= column) {
      line.append(' ');
    }
    line.setCharAt(column, c);
    column++;
  }

  private void obey(String command) {
    if (command.equals("\033[J")) {
      lines.get(row).setLength(Math.min(column, lines.get(row).length()));
      lines.subList(row + 1, lines.size()).clear();
    } else if (command.matches("\033\\[[0-9]+A")) {
      row -= Integer.parseInt(command.substring(2, command.length() - 1));
    } else {
      throw new AssertionError("unknown sequence: " + command.substring(1));
    }
  }
}
