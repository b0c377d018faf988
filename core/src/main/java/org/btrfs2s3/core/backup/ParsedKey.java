package org.btrfs2s3.core.backup;

import java.time.ZoneOffset;
import java.util.List;

/** What the key of an object says about the object. */
public sealed interface ParsedKey {

  /**
   * A backup in one object.
   *
   * @param base the last component's text before its first known suffix; never empty
   * @param offset the offset in which the key gives the ctime, for naming what is restored; UTC
   *     where the key's own is beyond the ±18 hours that {@link ZoneOffset} can hold
   * @param contentSuffixes all other suffixes after the base, in order, such as {@code [".zst",
   *     ".gpg"]}
   */
  record Known(
      String base, BackupIdentity identity, ZoneOffset offset, List<String> contentSuffixes)
      implements ParsedKey {

    public Known {
      contentSuffixes = List.copyOf(contentSuffixes);
    }
  }

  /** No backup of ours: to be left alone. */
  record Foreign(String reason) implements ParsedKey {}

  /** Named as a backup, but in a version or form that this version does not read. */
  record Unsupported(String reason) implements ParsedKey {}
}
