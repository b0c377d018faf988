package org.btrfs2s3.core.plan;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is collected besides what every update collects.
 *
 * @param duplicates whether second objects of whole backups go, too
 * @param foreignAge for how long nothing must have happened to what sources that are not ours left
 *     unfinished, for it to go; null: it stays
 */
public record GarbageScope(boolean duplicates, @Nullable Duration foreignAge) {

  /** Within a day an upload may just have to wait for its remote. */
  public static final Duration LEAST_AGE = Duration.ofDays(1);

  /** A hundred years. */
  public static final Duration LARGEST_AGE = Duration.ofDays(36_500);

  public GarbageScope {
    if (foreignAge != null && !isAllowed(foreignAge)) {
      throw new IllegalArgumentException("age of what is foreign: " + foreignAge);
    }
  }

  public static boolean isAllowed(Duration foreignAge) {
    return foreignAge.compareTo(LEAST_AGE) >= 0 && foreignAge.compareTo(LARGEST_AGE) <= 0;
  }
}
