package org.btrfs2s3.core.backup;

import java.time.ZoneOffset;

/**
 * What the keys of a backup's objects say that it is.
 *
 * @param base the last component's text before its first known suffix; never empty
 * @param offset the offset in which the key gives the ctime, for naming what is restored; UTC where
 *     the key's own is beyond the ±18 hours that {@link ZoneOffset} can hold
 */
public record BackupLabel(String base, BackupIdentity identity, ZoneOffset offset) {}
