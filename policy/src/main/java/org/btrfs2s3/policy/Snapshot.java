package org.btrfs2s3.policy;

import java.time.Instant;
import java.util.UUID;

/** What a policy needs to know of a read-only snapshot of one source. */
public record Snapshot(UUID uuid, Ctransid ctransid, Instant ctime) implements PointInTime {}
