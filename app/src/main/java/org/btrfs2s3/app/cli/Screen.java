package org.btrfs2s3.app.cli;

import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.btrfs2s3.app.console.FetchProgress;
import org.btrfs2s3.app.console.ProgressBars;
import org.btrfs2s3.app.console.ProgressLines;
import org.btrfs2s3.app.console.StatusArea;
import org.btrfs2s3.app.console.UploadDisplay;
import org.btrfs2s3.core.linux.TerminalWindow;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** What standard error goes to: a terminal on which bars can be drawn, or anything else. */
final class Screen {

  private static final String NO_CURSOR = "dumb";

  private final @Nullable StatusArea area;

  private Screen(@Nullable StatusArea area) {
    this.area = area;
  }

  /** One on which nothing can be drawn. */
  static Screen plain() {
    return new Screen(null);
  }

  /**
   * That of this process. On a terminal, everything that is written to standard error from now on,
   * the log included, appears above the bars.
   */
  static Screen takeOver() {
    var window = TerminalWindow.ofStandardError();
    var terminal = System.getenv("TERM");
    if (window.isEmpty() || terminal == null || terminal.equals(NO_CURSOR)) {
      return plain();
    }
    Supplier<TerminalWindow> now =
        () -> TerminalWindow.ofStandardError().orElse(window.orElseThrow());
    var area = new StatusArea(System.err, now);
    System.setErr(area.above());
    return new Screen(area);
  }

  /** What a command of the program writes to. */
  static Screen of(CommandLine commandLine) {
    return ((Main) commandLine.getCommandSpec().root().userObject()).screen();
  }

  /**
   * Shows how far uploads are.
   *
   * @param err where lines go if bars cannot be drawn
   */
  UploadDisplay uploads(PrintWriter err) {
    return transfers(err, "uploading");
  }

  /** Shows what a command fetches; to be closed. */
  static FetchProgress fetching(CommandLine commandLine) {
    return new FetchProgress(of(commandLine).transfers(commandLine.getErr(), "fetching"));
  }

  private UploadDisplay transfers(PrintWriter err, String doing) {
    var clock = InstantSource.system();
    return Optional.ofNullable(area)
        .<UploadDisplay>map(there -> new ProgressBars(there, clock))
        .orElseGet(() -> new ProgressLines(err, clock, doing));
  }
}
