package org.btrfs2s3.app.cli;

import java.util.HashSet;
import java.util.Set;
import org.btrfs2s3.app.console.RestoreText;
import org.btrfs2s3.core.restore.RestoreEvent;
import org.btrfs2s3.core.restore.RestoreListener;
import org.btrfs2s3.core.restore.RestoreReport;
import org.btrfs2s3.core.run.Failure;
import picocli.CommandLine;

/** Tells on standard error what a restore does, and of each failure once. */
final class RestoreTelling implements RestoreListener {

  private final CommandLine commandLine;
  private final Set<Failure> told = new HashSet<>();

  RestoreTelling(CommandLine commandLine) {
    this.commandLine = commandLine;
  }

  @Override
  public synchronized void on(RestoreEvent event) {
    if (event instanceof RestoreEvent.Failed failed) {
      told.add(failed.failure());
    }
    commandLine.getErr().println(RestoreText.of(event));
  }

  /** What is left to be said when all is done. */
  synchronized void end(RestoreReport report) {
    Failures.tell(
        commandLine,
        report.failures().stream().filter(failure -> !told.contains(failure)).toList());
    var err = commandLine.getErr();
    if (!report.failures().isEmpty()) {
      err.println("%d failure(s), as told above".formatted(report.failures().size()));
    }
    if (!report.restored().isEmpty()) {
      err.println(
          "The restored subvolumes are read-only. Backing up one of them, or a snapshot of it, "
              + "starts a new tree with a full backup.");
    }
  }
}
