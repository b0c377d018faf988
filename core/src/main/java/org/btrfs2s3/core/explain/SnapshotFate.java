package org.btrfs2s3.core.explain;

import java.util.List;
import java.util.Set;
import org.btrfs2s3.core.plan.LocalSnapshot;
import org.btrfs2s3.core.plan.ObservedSource;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.policy.Reason;
import org.btrfs2s3.policy.TimeSpan;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot on this machine, and what becomes of it.
 *
 * @param keptFor why it is kept, for the sake of which remote; empty if nothing keeps it
 * @param until for how long; null if the policy does not decide over it
 * @param withheld the guard that keeps it from being deleted; null if none does
 */
public record SnapshotFate(
    ObservedSource source,
    LocalSnapshot snapshot,
    List<Keeping> keptFor,
    @Nullable Until until,
    @Nullable String withheld) {

  public SnapshotFate {
    keptFor = List.copyOf(keptFor);
  }

  /**
   * Why a remote needs it.
   *
   * @param spans the preserved time spans that it fills
   */
  public record Keeping(RemoteId remote, Set<Reason> reasons, Set<TimeSpan> spans) {}
}
