package org.btrfs2s3.app.console;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.btrfs2s3.core.backup.ShownBytes;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.reseed.Assurance;
import org.btrfs2s3.core.reseed.FinalReport;
import org.btrfs2s3.core.reseed.ReseedItem;
import org.btrfs2s3.core.reseed.ReseedPlan;
import org.btrfs2s3.core.reseed.ReseedReport;
import org.btrfs2s3.core.reseed.Way;
import org.btrfs2s3.core.update.SeedingPlan;
import org.btrfs2s3.core.update.SeedingReport;
import org.jspecify.annotations.Nullable;

/** What a reseeding copies or uploads, for people. */
public final class ReseedText {

  private static final String NOTHING_FITS = "no backup fits --only";

  private ReseedText() {}

  /**
   * From one remote to another: each backup with its objects, bytes and way, and the sums.
   *
   * @param zone for times
   */
  public static List<String> of(ReseedPlan plan, RemoteId from, RemoteId to, ZoneId zone) {
    List<String> lines = new ArrayList<>();
    for (var item : plan.items()) {
      lines.add(
          "%s, %d object(s), %s: %s"
              .formatted(
                  name(item, zone), item.objects(), ShownBytes.of(item.bytes()), way(item.way())));
    }
    int missing = (int) plan.items().stream().filter(ReseedText::isMissing).count();
    int objects =
        plan.items().stream().filter(ReseedText::isMissing).mapToInt(ReseedItem::objects).sum();
    if (plan.items().isEmpty() && plan.problems().isEmpty()) {
      lines.add(NOTHING_FITS);
    }
    lines.add(
        missing == 0
            ? "nothing to be copied from %s to %s".formatted(from, to)
            : "%d backup(s) in %d object(s), %s, to be copied from %s to %s"
                .formatted(missing, objects, ShownBytes.of(plan.bytes()), from, to));
    plan.problems().forEach(problem -> lines.add("problem: " + problem.message()));
    return lines.stream().map(Printable::line).toList();
  }

  private static boolean isMissing(ReseedItem item) {
    return item.way() != Way.ALREADY_THERE;
  }

  /** A backup, as short as it can be known by. */
  static String name(ReseedItem item, ZoneId zone) {
    return name(item.from(), zone);
  }

  private static String name(StoredBackup backup, ZoneId zone) {
    var identity = backup.identity();
    return "%s of %s, %s (%s)"
        .formatted(
            backup.label().base(),
            Words.time(identity.ctime(), zone),
            Words.kind(identity.isFull()),
            identity.uuid());
  }

  private static String way(Way way) {
    return switch (way) {
      case ALREADY_THERE -> "already there";
      case SERVER_SIDE_COPY -> "copied by the server";
      case STREAMED -> "streamed";
      case REENCODED -> "decoded and encoded anew";
    };
  }

  /** What is known of the content of a copy. */
  static String of(Assurance assurance) {
    return switch (assurance) {
      case STREAM -> "verified inside";
      case HASH -> "not verified inside, but by its hash";
      case LENGTH -> "not verified inside";
    };
  }

  /** Said before a remote is looked at. */
  public static String finalCheck(RemoteId remote) {
    return "final check: all that %s lists, and the content of one backup".formatted(remote);
  }

  /** What the final check looked at and found; failures are told by themselves. */
  private static void add(@Nullable FinalReport check, ZoneId zone, List<String> lines) {
    if (check == null) {
      return;
    }
    var listing = check.listing();
    if (listing != null) {
      lines.add(
          "final check of %s: %d of %d backup(s) looked at, %d cannot be restored"
              .formatted(
                  listing.remote(),
                  listing.checked().size(),
                  listing.backups(),
                  check.unrestorable().size()));
    }
    var whole = check.whole();
    if (whole != null) {
      lines.add("read once more from its new place, and whole: " + name(whole, zone));
    }
    check.notes().forEach(note -> lines.add("note: " + note));
  }

  /** What became of it. */
  public static List<String> outcome(ReseedReport report, ZoneId zone) {
    List<String> lines = new ArrayList<>();
    add(report.check(), zone, lines);
    long unverified =
        report.copied().values().stream().filter(known -> known != Assurance.STREAM).count();
    if (unverified > 0) {
      lines.add(
          "note: %d backup(s) were not verified inside on the way: their server copied them, or no"
                  .formatted(unverified)
              + " identity decodes them");
    }
    if (!report.unsigned().isEmpty()) {
      lines.add(
          "warning: %d backup(s) were signed, and their copies are not: no sign_with"
              .formatted(report.unsigned().size()));
    }
    var text =
        report.copied().isEmpty()
            ? "nothing was copied"
            : "%d backup(s) copied, %s"
                .formatted(report.copied().size(), ShownBytes.of(report.bytes()));
    lines.add(Words.withFailures(text + reason(report), report.failures()));
    return lines.stream().map(Printable::line).toList();
  }

  /** Why not all, or nothing. */
  private static String reason(ReseedReport report) {
    var items = report.plan().items();
    if (items.isEmpty() && report.failures().isEmpty()) {
      return ": " + NOTHING_FITS;
    }
    long before = items.stream().filter(item -> !isMissing(item)).count();
    return before == 0 ? "" : "; %d were there before, and stay as they are".formatted(before);
  }

  /** From the local snapshots. */
  public static List<String> of(SeedingPlan plan) {
    List<String> lines = new ArrayList<>();
    for (var seed : plan.seeds()) {
      lines.add(
          "%s, about %s before compression"
              .formatted(
                  ActionText.of(seed.upload(), plan.plan()), ShownBytes.of(seed.estimatedBytes())));
    }
    lines.add(
        plan.seeds().isEmpty()
            ? "nothing to be uploaded"
            : "%d backup(s) to be uploaded, about %s before compression"
                .formatted(plan.seeds().size(), ShownBytes.of(plan.estimatedBytes())));
    plan.plan().problems().stream()
        .filter(problem -> problem.kind().isFailure())
        .forEach(problem -> lines.add("problem: " + problem.message()));
    plan.unmet().ifPresent(failure -> lines.add("problem: " + failure.message()));
    return lines.stream().map(Printable::line).toList();
  }

  /**
   * What became of that.
   *
   * @param check null if nothing was looked at
   */
  public static List<String> outcome(
      SeedingReport report, @Nullable FinalReport check, ZoneId zone) {
    List<String> lines = new ArrayList<>();
    add(check, zone, lines);
    var text =
        report.executed() == 0 ? "nothing was uploaded" : report.executed() + " action(s) executed";
    lines.add(Words.withFailures(text, report.failures()));
    return lines.stream().map(Printable::line).toList();
  }
}
