package org.btrfs2s3.app.console;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.ShownTime;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.policy.Flag;
import org.btrfs2s3.policy.Kept;
import org.btrfs2s3.policy.Reason;
import org.btrfs2s3.policy.TimeSpan;

/** How things are called on the console. */
final class Words {

  private Words() {}

  static String time(Instant time, ZoneId zone) {
    return ShownTime.of(time, zone);
  }

  /** In the two largest units: {@code 5 d 3 h}. */
  static String duration(Duration duration) {
    if (duration.toDays() > 0) {
      return "%d d %d h".formatted(duration.toDays(), duration.toHoursPart());
    }
    if (duration.toHours() > 0) {
      return "%d h %d min".formatted(duration.toHours(), duration.toMinutesPart());
    }
    return duration.toMinutes() > 0
        ? "%d min".formatted(duration.toMinutes())
        : "%d s".formatted(duration.toSeconds());
  }

  static String kind(boolean full) {
    return full ? "full" : "differential";
  }

  /** A sentence about a run, and how much of it went wrong. */
  static String withFailures(String text, List<Failure> failures) {
    return failures.isEmpty() ? text : "%s, %d failure(s)".formatted(text, failures.size());
  }

  /** Such as {@code preserved (2026 yearly), most recent}. */
  static String why(Kept<?> kept, ZoneId zone) {
    var flags = kept.flags().stream().filter(flag -> flag != Flag.NEW).map(Words::word);
    return Stream.concat(reasons(kept.reasons(), kept.spans(), zone), flags)
        .collect(Collectors.joining(", "));
  }

  /** The same of a snapshot, which has no flags. */
  static String why(Collection<Reason> reasons, Collection<TimeSpan> spans, ZoneId zone) {
    return reasons(reasons, spans, zone).collect(Collectors.joining(", "));
  }

  private static Stream<String> reasons(
      Collection<Reason> reasons, Collection<TimeSpan> spans, ZoneId zone) {
    var described =
        spans.stream().map(span -> span.describe(zone)).collect(Collectors.joining(", "));
    return reasons.stream()
        .map(
            reason ->
                reason == Reason.PRESERVED && !described.isEmpty()
                    ? word(reason) + " (" + described + ")"
                    : word(reason));
  }

  static String reasons(Collection<Reason> reasons) {
    return reasons.stream().map(Words::word).collect(Collectors.joining(", "));
  }

  private static String word(Reason reason) {
    return switch (reason) {
      case PRESERVED -> "preserved";
      case MOST_RECENT -> "most recent";
      case SEND_ANCESTOR -> "send parent of a kept backup";
      case UPLOADING -> "upload under way";
      case NEWEST -> "newest backup";
      case BROKEN -> "broken: cannot be restored";
      case REPAIRED -> "repaired";
    };
  }

  private static String word(Flag flag) {
    return switch (flag) {
      case NEW -> "new";
      case SNAPSHOT_IS_NEWER -> "snapshot is newer";
      case REPLACING_NEWER -> "replaces a newer one";
      case NO_SNAPSHOT -> "no snapshot";
    };
  }

  /** For JSON: {@code most_recent}. */
  static String identifier(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
