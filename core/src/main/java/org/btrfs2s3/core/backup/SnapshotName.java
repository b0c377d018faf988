package org.btrfs2s3.core.backup;

import java.time.Instant;
import java.time.ZoneId;
import java.util.UUID;
import java.util.regex.Pattern;
import org.btrfs2s3.policy.Ctransid;

/**
 * The names of our snapshots: {@code <base>.NEW.<random>} when just created, {@code <base>.<ISO
 * time>.<ctransid>} once named finally, with {@code .<8 hex>} of the UUID where that is taken. By
 * its name a snapshot is known as ours; the user's own are never touched.
 */
public final class SnapshotName {

  /** Digits alone: the Python tool's, a process id. */
  private static final String NEW = "\\.NEW\\.([0-9a-f]{16}|[0-9]{1,10})";

  private static final String TIME =
      "\\.[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
          + "[+-][0-9]{2}:[0-9]{2}(:[0-9]{2})?";

  private static final Pattern OURS =
      Pattern.compile(NEW + "|" + TIME + "\\.[0-9]{1,20}(\\.[0-9a-f]{8})?");

  private SnapshotName() {}

  /** The name of a snapshot that is being created. */
  public static String created(String base, long random) {
    return base + ".NEW." + String.format("%016x", random);
  }

  /**
   * The final name of a snapshot.
   *
   * @param ctime to the nanosecond: here, unlike in keys, it is rounded to microseconds before it
   *     is floored to seconds, so that the names are those of the Python tool
   * @throws IllegalArgumentException if the year has not four digits
   */
  public static String of(String base, Instant ctime, Ctransid ctransid, ZoneId zone) {
    return base + "." + IsoTime.format(ctime.plusNanos(500), zone) + "." + ctransid;
  }

  /** The final name where {@link #of} is taken. */
  public static String withUuid(String name, UUID uuid) {
    return name + "." + uuid.toString().substring(0, 8);
  }

  /** Whether a name is one of ours for this base, whatever zone it was made in. */
  public static boolean matches(String base, String name) {
    return name.startsWith(base) && OURS.matcher(name.substring(base.length())).matches();
  }

  /** Whether a name is one of ours that a snapshot keeps. */
  public static boolean isFinal(String base, String name) {
    return matches(base, name) && !name.startsWith(base + ".NEW.");
  }
}
