package org.btrfs2s3.app.console;

import org.btrfs2s3.core.update.RunReport;

/** What became of an update, in one line. */
public final class ReportText {

  private ReportText() {}

  public static String of(RunReport report) {
    if (!report.approved()) {
      return "not confirmed: nothing "
          + (report.executed() == 0 ? "was changed" : "more is done; the new snapshots stay");
    }
    var text =
        report.executed() == 0 && report.failures().isEmpty()
            ? "nothing to be done"
            : "%d action(s) done".formatted(report.executed());
    if (report.withheld() > 0) {
      text += ", %d deletion(s) withheld".formatted(report.withheld());
    }
    return Words.withFailures(text, report.failures());
  }
}
