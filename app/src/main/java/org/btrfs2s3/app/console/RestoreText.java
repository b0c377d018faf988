package org.btrfs2s3.app.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.btrfs2s3.core.backup.ShownBytes;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.restore.RestoreEvent;
import org.btrfs2s3.core.restore.RestoreMember;
import org.btrfs2s3.core.restore.RestorePlan;
import org.btrfs2s3.core.restore.Supply;

/** What a restore is going to do, and does. */
public final class RestoreText {

  private RestoreText() {}

  /**
   * The plan of a dry run: each send parent before its children.
   *
   * @param free bytes in the target
   */
  public static List<String> of(RestorePlan plan, long free) {
    List<String> lines = new ArrayList<>();
    for (var member : plan.members()) {
      lines.addAll(backup(role(member), member.backup()));
    }
    plan.passedOver().forEach(source -> lines.add(passedOver(source)));
    plan.there().forEach(member -> lines.add("restored already: " + member.finalName()));
    plan.unrestorable().forEach(message -> lines.add("problem: " + message));
    lines.add(
        "%d object(s), %s to fetch"
            .formatted(
                plan.fetched().stream().mapToInt(m -> m.backup().contentKeys().size()).sum(),
                ShownBytes.of(plan.bytesToFetch())));
    lines.add(
        "%s%s of space needed, %s free%s"
            .formatted(
                plan.needsMoreSpace() ? "at least " : "",
                ShownBytes.of(plan.spaceNeeded()),
                ShownBytes.of(free),
                free < plan.spaceNeeded() ? ": too little" : ""));
    return lines.stream().map(Printable::line).toList();
  }

  /** What a dry run says of a stream that is not received. */
  public static List<String> ofStream(StoredBackup backup) {
    List<String> lines = new ArrayList<>(backup("stream", backup));
    lines.add(
        "%d object(s), %s to fetch"
            .formatted(backup.contentKeys().size(), ShownBytes.of(backup.size())));
    parentOf(backup).ifPresent(lines::add);
    return lines.stream().map(Printable::line).toList();
  }

  /** What whoever receives the stream of a backup needs; nothing for a full one. */
  public static Optional<String> parentOf(StoredBackup backup) {
    return Optional.ofNullable(backup.identity().sendParent())
        .map(
            parent ->
                "The stream is the difference to snapshot "
                    + parent
                    + ": btrfs receive needs that one, received before, on the same file system.");
  }

  /** A line, and one for each object of a segmented backup. */
  private static List<String> backup(String role, StoredBackup backup) {
    List<String> lines = new ArrayList<>();
    lines.add("%s  %s  %s".formatted(role, ShownBytes.of(backup.size()), backup.key()));
    var parts = backup.parts();
    if (parts != null) {
      for (var segment : parts.segments()) {
        lines.add("    %s  %s".formatted(ShownBytes.of(segment.size()), segment.key()));
      }
    }
    return lines;
  }

  private static String role(RestoreMember member) {
    return switch (member.supply()) {
      case Supply.Fetched _ -> use(member);
      case Supply.Finished left -> "received already (" + left.hidden() + "), " + use(member);
      case Supply.Restored _ -> "already there: " + member.finalName();
      case Supply.Trusted trusted -> "trusted as send parent: " + trusted.subvolume();
    };
  }

  private static String use(RestoreMember member) {
    return member.wanted() ? "restore as " + member.finalName() : "as send parent only";
  }

  private static String passedOver(String source) {
    return "nothing is restored of " + source + ": it has no backup that is as old";
  }

  /** One line. */
  public static String of(RestoreEvent event) {
    return Printable.line(text(event));
  }

  private static String text(RestoreEvent event) {
    return switch (event) {
      case RestoreEvent.HiddenDeleted deleted ->
          "deleted, unfinished or not needed any more: " + deleted.name();
      case RestoreEvent.HiddenKept kept ->
          "kept, complete, for the next restore to the same directory, which goes on with it or "
              + "deletes it: "
              + String.join(", ", kept.names());
      case RestoreEvent.GoneOn on ->
          "going on: %s was received already, as %s"
              .formatted(on.member().backup().key(), on.name());
      case RestoreEvent.Trusting trusting ->
          "trusted as send parent, in place of %s: %s"
              .formatted(trusting.member().backup().key(), trusting.subvolume());
      case RestoreEvent.NotReused not ->
          "not used as send parent: %s: %s".formatted(not.name(), not.reason());
      case RestoreEvent.Doubtful doubtful ->
          ("warning: trusted as send parent, but changed after it had been received (or written"
                  + " late, by a plain btrfs receive): %s")
              .formatted(doubtful.subvolume());
      case RestoreEvent.PassedOver passed -> passedOver(passed.source());
      case RestoreEvent.AlreadyThere there -> "restored already: " + there.member().finalName();
      case RestoreEvent.Fetching fetching ->
          "fetching %s, %s"
              .formatted(
                  fetching.member().backup().key(),
                  ShownBytes.of(fetching.member().backup().size()));
      case RestoreEvent.Verified verified ->
          "verified %s, %s; now receiving it"
              .formatted(verified.member().backup().key(), ShownBytes.of(verified.streamBytes()));
      case RestoreEvent.Received received ->
          "received %s, %s"
              .formatted(received.member().backup().key(), ShownBytes.of(received.streamBytes()));
      case RestoreEvent.Restored restored -> "complete: " + restored.member().finalName();
      case RestoreEvent.Writable writable -> "writable snapshot: " + writable.name();
      case RestoreEvent.OtherTried tried ->
          "%s; now tried: %s".formatted(tried.failure().message(), tried.other().backup().key());
      case RestoreEvent.Failed failed -> "failed: " + failed.failure().message();
    };
  }
}
