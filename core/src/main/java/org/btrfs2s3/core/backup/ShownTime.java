package org.btrfs2s3.core.backup;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Times for people: ISO 8601 in whole seconds, local, with the offset that says where. */
public final class ShownTime {

  private ShownTime() {}

  /** Such as {@code 2026-01-31T23:59:59+01:00}. */
  public static String of(Instant time, ZoneId zone) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
        time.truncatedTo(ChronoUnit.SECONDS).atZone(zone).toOffsetDateTime());
  }

  /** When the snapshot was made, by the clocks of its machine. */
  public static String of(BackupLabel label) {
    return of(label.identity().ctime(), label.offset());
  }
}
