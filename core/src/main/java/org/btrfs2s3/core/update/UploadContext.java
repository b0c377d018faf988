package org.btrfs2s3.core.update;

import java.time.ZoneId;
import org.btrfs2s3.core.btrfs.Btrfs;

/**
 * What every upload of a run shares.
 *
 * @param listener may be called by several threads at once
 */
record UploadContext(Btrfs btrfs, ZoneId zone, String toolVersion, UpdateListener listener) {}
