package org.btrfs2s3.app.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.backup.ShownBytes;
import org.btrfs2s3.core.verify.Finding;
import org.btrfs2s3.core.verify.NotChecked;
import org.btrfs2s3.core.verify.VerifyEvent;
import org.btrfs2s3.core.verify.VerifyReport;

/** What a verification finds, for people. */
public final class VerifyText {

  /** Further ones are counted. */
  private static final int NAMED = 10;

  private VerifyText() {}

  /** The findings, the worst last, where they are seen first; then a summary. */
  public static List<String> of(VerifyReport report) {
    List<String> lines = new ArrayList<>();
    report.findings().stream()
        .sorted((one, other) -> one.severity().compareTo(other.severity()))
        .forEach(finding -> add(finding, lines));
    report.notChecked().forEach(what -> lines.add("not checked: " + text(what)));
    lines.add(summary(report));
    return lines.stream().flatMap(String::lines).map(Printable::line).toList();
  }

  private static void add(Finding finding, List<String> lines) {
    lines.add(Words.identifier(finding.severity()) + ": " + text(finding));
    if (!finding.dependents().isEmpty()) {
      lines.add("  needed by: " + names(finding.dependents()));
    }
    if (!finding.advice().isEmpty()) {
      lines.add("  to do: " + finding.advice());
    }
  }

  private static String text(Finding finding) {
    var message = finding.message().replace("\n", "\n  ");
    return finding.key() == null ? message : finding.key() + ": " + message;
  }

  private static String text(NotChecked what) {
    return what.key() == null ? what.message() : what.key() + ": " + what.message();
  }

  private static String names(List<UUID> uuids) {
    var names = uuids.stream().limit(NAMED).map(UUID::toString).collect(Collectors.joining(", "));
    return uuids.size() > NAMED ? names + " and %d more".formatted(uuids.size() - NAMED) : names;
  }

  private static String summary(VerifyReport report) {
    var what =
        switch (report.level()) {
          case LISTING -> "without reading contents";
          case DATA -> "%s of send streams read".formatted(ShownBytes.of(report.streamBytes()));
          case RESTORE ->
              "%s of send streams received".formatted(ShownBytes.of(report.streamBytes()));
        };
    return "%s: %s: %d backup(s), %d chosen, %d looked at (%s); %s"
        .formatted(
            report.remote(),
            outcome(report),
            report.backups(),
            report.sampled().size(),
            report.checked().size(),
            what,
            counts(report));
  }

  private static String outcome(VerifyReport report) {
    if (report.hasDamage()) {
      return "DAMAGED";
    }
    if (report.backups() == 0) {
      return "no backup in " + report.location();
    }
    if (!report.notChecked().isEmpty()) {
      return "not all checked";
    }
    return report.sampled().isEmpty() ? "nothing chosen today" : "ok";
  }

  private static String counts(VerifyReport report) {
    var damaged = report.unrestorable().size();
    return "%d finding(s), %d not checked, %d backup(s) cannot be restored"
        .formatted(report.findings().size(), report.notChecked().size(), damaged);
  }

  /** One line of progress, for some events. */
  public static Optional<String> of(VerifyEvent event) {
    return Optional.ofNullable(
            switch (event) {
              case VerifyEvent.Leftover leftover -> leftover.message();
              case VerifyEvent.Checking checking ->
                  "%d of %d: %s, %s"
                      .formatted(
                          checking.number(),
                          checking.of(),
                          checking.backup().key(),
                          ShownBytes.of(checking.backup().size()));
              case VerifyEvent.Read read -> "  read, " + ShownBytes.of(read.streamBytes());
              case VerifyEvent.Restored restored ->
                  "  restored, " + ShownBytes.of(restored.streamBytes());
              case VerifyEvent.Identical identical ->
                  "  identical with the local snapshot: %d entries".formatted(identical.entries());
              // Progress shows the one, and the others follow in the report.
              case VerifyEvent.Reading _, VerifyEvent.Found _, VerifyEvent.Unchecked _ -> null;
            })
        .map(Printable::line);
  }
}
