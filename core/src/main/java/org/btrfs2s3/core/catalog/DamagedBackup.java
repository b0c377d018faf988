package org.btrfs2s3.core.catalog;

import java.util.List;

/**
 * A committed backup that cannot be restored, because segments of it are gone or because its
 * content is known to be damaged.
 *
 * @param backup with the segments that are left
 * @param missing how many others there should be; 0 if only its content is damaged
 * @param first the smallest of their numbers, at most {@link #MOST_NUMBERS}: a key may claim a
 *     million of them
 */
public record DamagedBackup(StoredBackup backup, int missing, List<Integer> first) {

  public static final int MOST_NUMBERS = 100;

  /** What is wrong with it, in words. */
  public String damage() {
    return missing == 0
        ? "its content is not what was stored"
        : missing + " of its segments are gone";
  }

  public DamagedBackup {
    first = List.copyOf(first);
    if (first.size() != Math.min(missing, MOST_NUMBERS)) {
      throw new IllegalArgumentException(
          "numbers of %d missing segments: %s".formatted(missing, first));
    }
  }
}
