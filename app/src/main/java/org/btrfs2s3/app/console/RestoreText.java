package org.btrfs2s3.app.console;

import java.util.ArrayList;
import java.util.List;
import org.btrfs2s3.core.restore.RestoreEvent;
import org.btrfs2s3.core.restore.RestoreMember;
import org.btrfs2s3.core.restore.RestorePlan;

/** What a restore is going to do, and does. */
public final class RestoreText {

  private RestoreText() {}

  /** The plan of a dry run: each send parent before its children. */
  public static List<String> of(RestorePlan plan) {
    List<String> lines = new ArrayList<>();
    for (var member : plan.members()) {
      lines.add(
          "%s  %s  %s"
              .formatted(
                  role(member), Bytes.format(member.backup().size()), member.backup().key()));
    }
    plan.unrestorable().forEach(message -> lines.add("problem: " + message));
    lines.add(
        "%d object(s), %s to fetch"
            .formatted(plan.fetched().size(), Bytes.format(plan.bytesToFetch())));
    return lines.stream().map(Printable::line).toList();
  }

  private static String role(RestoreMember member) {
    if (member.reused()) {
      return "already there: " + member.finalName();
    }
    return member.wanted() ? "restore as " + member.finalName() : "as send parent only";
  }

  /** One line. */
  public static String of(RestoreEvent event) {
    return Printable.line(text(event));
  }

  private static String text(RestoreEvent event) {
    return switch (event) {
      case RestoreEvent.HiddenDeleted deleted -> "deleted: " + deleted.name();
      case RestoreEvent.NotReused not ->
          "not used as send parent: %s: %s".formatted(not.name(), not.reason());
      case RestoreEvent.Fetching fetching ->
          "fetching %s, %s"
              .formatted(
                  fetching.member().backup().key(),
                  Bytes.format(fetching.member().backup().size()));
      case RestoreEvent.Received received ->
          "received %s, %s"
              .formatted(received.member().backup().key(), Bytes.format(received.streamBytes()));
      case RestoreEvent.Restored restored -> "complete: " + restored.member().finalName();
      case RestoreEvent.Failed failed -> "failed: " + failed.failure().message();
    };
  }
}
