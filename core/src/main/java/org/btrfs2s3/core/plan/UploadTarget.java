package org.btrfs2s3.core.plan;

import org.btrfs2s3.policy.PreservationPolicy;

/** A remote to which a source is backed up, and what is preserved there. */
public record UploadTarget(RemoteId remote, PreservationPolicy policy) {}
