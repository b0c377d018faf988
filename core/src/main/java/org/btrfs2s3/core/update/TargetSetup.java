package org.btrfs2s3.core.update;

import org.btrfs2s3.core.pipeline.Encoding;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.plan.UploadTarget;
import org.btrfs2s3.policy.PreservationPolicy;

/** One upload entry of a source. */
public record TargetSetup(
    RemoteId remote, PreservationPolicy policy, Encoding encoding, UploadOptions upload) {

  UploadTarget forPlan() {
    return new UploadTarget(
        remote,
        policy,
        encoding.keySuffixes(),
        upload.segmentBytes() != null && encoding.isSegmentable());
  }
}
