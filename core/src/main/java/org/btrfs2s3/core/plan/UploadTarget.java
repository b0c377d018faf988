package org.btrfs2s3.core.plan;

import java.util.List;
import org.btrfs2s3.policy.PreservationPolicy;

/**
 * A remote to which a source is backed up, and what is preserved there.
 *
 * @param contentSuffixes what new backups are, as their keys tell it
 * @param segmented whether new backups may be segmented, and so interrupted ones be resumed
 */
public record UploadTarget(
    RemoteId remote, PreservationPolicy policy, List<String> contentSuffixes, boolean segmented) {

  public UploadTarget {
    contentSuffixes = List.copyOf(contentSuffixes);
  }
}
