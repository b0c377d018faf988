package org.btrfs2s3.core.verify;

import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.ObjectKey;

/**
 * Which backups are looked at closely on a day. The choice depends on the day and on the backups
 * alone, so that nothing needs to be remembered, and it rotates: over the days that a sample
 * implies every backup has its turn. Pure.
 */
public sealed interface Sample {

  /** Those of the day, in the order that they were given in. */
  List<StoredBackup> of(Collection<StoredBackup> backups, LocalDate day);

  /** Everything, every day. */
  record All() implements Sample {

    @Override
    public List<StoredBackup> of(Collection<StoredBackup> backups, LocalDate day) {
      return List.copyOf(backups);
    }
  }

  /**
   * One backup that was chosen otherwise, whatever the day; nothing if another object of its
   * snapshot counts.
   *
   * @param key as of {@link StoredBackup}
   */
  record One(ObjectKey key) implements Sample {

    @Override
    public List<StoredBackup> of(Collection<StoredBackup> backups, LocalDate day) {
      return backups.stream().filter(backup -> backup.key().equals(key)).toList();
    }
  }

  /**
   * Of {@code groups} groups, into which their UUIDs sort backups for ever, {@code perDay} each
   * day. A backup's turn never depends on what else there is.
   *
   * @param perDay from 1 to {@code groups}
   * @param groups at most {@link #MAX_GROUPS}
   */
  record Share(int perDay, int groups) implements Sample {

    public static final int MAX_GROUPS = 3660;

    public Share {
      if (perDay < 1 || perDay > groups || groups > MAX_GROUPS) {
        throw new IllegalArgumentException(perDay + "/" + groups + " of the backups");
      }
    }

    @Override
    public List<StoredBackup> of(Collection<StoredBackup> backups, LocalDate day) {
      long first = Math.floorMod(day.toEpochDay() * perDay, (long) groups);
      return backups.stream()
          .filter(backup -> Math.floorMod(group(backup.uuid()) - first, groups) < perDay)
          .toList();
    }

    private long group(UUID uuid) {
      return Math.floorMod(hash(uuid), (long) groups);
    }
  }

  /**
   * About so many stored bytes a day, on the average of the days until all had their turn. Those of
   * a day are those with a hash in its part of all hashes, and so the same whatever else comes and
   * goes, as long as that takes about as many days. (Where the turns depend on the sizes of others,
   * a backup of a tree that changes daily is missed for months.)
   *
   * @param bytes at least 1
   */
  record Bytes(long bytes) implements Sample {

    public Bytes {
      if (bytes < 1) {
        throw new IllegalArgumentException("a sample of " + bytes + " bytes");
      }
    }

    @Override
    public List<StoredBackup> of(Collection<StoredBackup> backups, LocalDate day) {
      long days = days(backups);
      long part = Math.floorMod(day.toEpochDay(), days);
      return backups.stream()
          .filter(backup -> Math.unsignedMultiplyHigh(hash(backup.uuid()), days) == part)
          .toList();
    }

    /**
     * After how many days all of them have had their turn. Rounded up to three binary digits, so
     * that it seldom changes: another number gives all of them other days.
     */
    long days(Collection<StoredBackup> backups) {
      long all = backups.stream().mapToLong(StoredBackup::size).sum();
      long days = Math.max(1, Math.ceilDiv(all, bytes));
      long step = Math.max(1, Long.highestOneBit(days) >> 2);
      return Math.ceilDiv(days, step) * step;
    }
  }

  /** Mixed, because the bits of a UUID need not be random. (SplitMix64's last steps.) */
  private static long hash(UUID uuid) {
    long mixed = uuid.getMostSignificantBits() * 31 + uuid.getLeastSignificantBits();
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
