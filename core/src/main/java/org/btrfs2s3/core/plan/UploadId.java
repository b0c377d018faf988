package org.btrfs2s3.core.plan;

import java.util.UUID;

/** An upload of a plan: one snapshot to one remote. */
public record UploadId(RemoteId remote, UUID snapshot) {}
