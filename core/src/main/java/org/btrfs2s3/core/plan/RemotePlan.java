package org.btrfs2s3.core.plan;

import org.btrfs2s3.policy.PreservationTree;

/** What one remote is going to hold of one source, and why. */
public record RemotePlan(
    UploadTarget target, ObservedRemote remote, BackupSet backups, PreservationTree tree) {}
