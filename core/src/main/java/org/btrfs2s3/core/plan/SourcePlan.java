package org.btrfs2s3.core.plan;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.policy.Reason;

/**
 * What is going to happen to one source.
 *
 * @param snapshots the observed ones, and the one that is going to be created
 * @param actions in the order of their execution
 */
public record SourcePlan(
    ObservedSource source,
    List<LocalSnapshot> snapshots,
    List<RemotePlan> remotes,
    List<Action> actions) {

  public SourcePlan {
    snapshots = List.copyOf(snapshots);
    remotes = List.copyOf(remotes);
    actions = List.copyOf(actions);
  }

  /** Why a snapshot is kept: the union over the remotes; empty if nothing keeps it. */
  public Set<Reason> reasonsToKeep(UUID snapshot) {
    Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    for (var remote : remotes) {
      reasons.addAll(remote.reasonsToKeep(snapshot));
    }
    return reasons;
  }
}
