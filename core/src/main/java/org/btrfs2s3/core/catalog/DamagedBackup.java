package org.btrfs2s3.core.catalog;

import java.util.List;

/**
 * A committed backup of which segments are gone.
 *
 * @param backup with the segments that are left
 * @param missing how many others there should be
 * @param first the smallest of their numbers, at most {@link #MOST_NUMBERS}: a key may claim a
 *     million of them
 */
public record DamagedBackup(StoredBackup backup, int missing, List<Integer> first) {

  public static final int MOST_NUMBERS = 100;

  public DamagedBackup {
    first = List.copyOf(first);
    if (first.size() != Math.min(missing, MOST_NUMBERS)) {
      throw new IllegalArgumentException(
          "numbers of %d missing segments: %s".formatted(missing, first));
    }
  }
}
