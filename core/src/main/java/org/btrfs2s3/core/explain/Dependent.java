package org.btrfs2s3.core.explain;

import java.time.Instant;
import java.util.UUID;

/**
 * A backup that cannot be restored without another one.
 *
 * @param direct whether it was sent against that one
 * @param stored false: it is going to be uploaded
 */
public record Dependent(UUID uuid, Instant ctime, boolean direct, boolean stored) {}
