package org.btrfs2s3.core.linux;

import java.util.Comparator;

/**
 * What a file is, whatever the path to it: equal ids are one file. On btrfs each subvolume has a
 * device number of its own, and its root has inode 256. Ordered by device, then inode, so that
 * locks can be taken in one order by everybody.
 */
public record FileId(long device, long inode) implements Comparable<FileId> {

  private static final Comparator<FileId> ORDER =
      Comparator.comparingLong(FileId::device).thenComparingLong(FileId::inode);

  @Override
  public int compareTo(FileId other) {
    return ORDER.compare(this, other);
  }
}
