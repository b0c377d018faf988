package org.btrfs2s3.app.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** How the program ended, and what it printed. */
record Run(int exitCode, String out, String err) {

  /** Runs the program in this JVM. */
  static Run of(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    CommandLine commandLine = Main.commandLine(Screen.plain());
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    return new Run(commandLine.execute(arguments), out.toString(), err.toString());
  }
}
