package org.btrfs2s3.core.update;

import java.time.Duration;

/**
 * What the user asked for.
 *
 * @param uploads false: only make the due snapshots
 * @param allowDelete true: no guard withholds a deletion
 * @param lockWait how long to wait for the locks of the snapshots directories
 */
public record UpdateOptions(boolean uploads, boolean allowDelete, Duration lockWait) {}
