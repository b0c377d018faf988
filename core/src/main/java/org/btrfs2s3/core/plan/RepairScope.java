package org.btrfs2s3.core.plan;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What is repaired besides what a listing shows to be broken.
 *
 * @param damaged backups whose content is damaged, whatever a listing shows, by remote
 * @param collect whether what nobody can repair any more is deleted
 */
public record RepairScope(Map<RemoteId, Set<UUID>> damaged, boolean collect) {

  public RepairScope {
    damaged = Map.copyOf(damaged);
  }

  /** The same, of the remotes that were looked at. */
  public RepairScope on(Observation observation) {
    Map<RemoteId, Set<UUID>> observed = new HashMap<>(damaged);
    observed.keySet().retainAll(observation.remotes().stream().map(ObservedRemote::id).toList());
    return new RepairScope(observed, collect);
  }
}
