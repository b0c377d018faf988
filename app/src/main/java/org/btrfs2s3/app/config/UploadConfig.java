package org.btrfs2s3.app.config;

import java.util.List;
import org.btrfs2s3.policy.PreservationPolicy;

/**
 * How a source is backed up to a remote.
 *
 * @param policy what is kept
 * @param encoding how new backups are written
 * @param transfer how new backups get there
 * @param restoreThrough commands that undo filters, for reading objects whose key does not tell
 *     their encoding; independent of {@code encoding}, since older objects may have been written
 *     through filters that are no longer used. Empty where there are none
 */
public record UploadConfig(
    String remoteId,
    PreservationPolicy policy,
    EncodingConfig encoding,
    TransferConfig transfer,
    List<List<String>> restoreThrough) {

  public UploadConfig {
    restoreThrough = restoreThrough.stream().map(List::copyOf).toList();
  }
}
