package org.btrfs2s3.core.plan;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.policy.Ctransid;

/**
 * A source and its snapshots, after its file system was synced.
 *
 * @param path for messages
 * @param base what names of its snapshots and keys begin with
 * @param mayUpload whether this run holds the source's upload lock; without it the due snapshot is
 *     made and nothing else
 * @param nestedSubvolumes how many subvolumes inside it a backup leaves out
 */
public record ObservedSource(
    UUID uuid,
    String path,
    String base,
    Ctransid ctransid,
    Instant ctime,
    boolean mayUpload,
    int nestedSubvolumes,
    List<LocalSnapshot> snapshots,
    List<UploadTarget> targets) {

  public ObservedSource {
    snapshots = List.copyOf(snapshots);
    targets = List.copyOf(targets);
  }

  /** Whether it changed after the newest usable snapshot of ours was made. */
  public boolean isAhead() {
    return snapshots.stream()
        .filter(LocalSnapshot::isUsable)
        .noneMatch(snapshot -> snapshot.ctransid().compareTo(ctransid) >= 0);
  }
}
