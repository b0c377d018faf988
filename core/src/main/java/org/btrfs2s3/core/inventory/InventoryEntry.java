package org.btrfs2s3.core.inventory;

import java.time.Instant;
import java.util.Optional;
import org.btrfs2s3.core.sendstream.TreeChange.EntryType;
import org.jspecify.annotations.Nullable;

/**
 * One name in a backup.
 *
 * @param path relative to the subvolume; {@code .} is the subvolume itself
 * @param size in bytes, of a file; else 0
 * @param mode the lower 12 bits
 * @param uid unsigned
 * @param gid unsigned
 * @param seconds of the last modification, since 1970
 * @param nanos count upwards from there, before 1970 too
 * @param target of a symbolic link, else null
 * @param device of a device node, else null
 * @param links how many names it has, this one included; 1 for directories
 * @param sameAs the first of its names, in the order of the inventory; null if this is it
 */
public record InventoryEntry(
    RawPath path,
    EntryType type,
    long size,
    int mode,
    int uid,
    int gid,
    long seconds,
    int nanos,
    @Nullable RawPath target,
    @Nullable Device device,
    int links,
    @Nullable RawPath sameAs) {

  /** The time of the last modification; empty if it is further away than the calendar reaches. */
  public Optional<Instant> modified() {
    return seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()
        ? Optional.empty()
        : Optional.of(Instant.ofEpochSecond(seconds, nanos));
  }

  /** The numbers of a device. */
  public record Device(int major, int minor) {

    /** From the kernel's encoding ({@code new_encode_dev}). */
    static Device of(long encoded) {
      int number = (int) encoded;
      return new Device((number >>> 8) & 0xfff, (number & 0xff) | ((number >>> 12) & 0xfff00));
    }
  }
}
