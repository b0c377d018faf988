package org.btrfs2s3.core.plan;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/**
 * Everything that a plan depends on.
 *
 * @param now read while observing
 * @param clockSynchronized whether the kernel says that its clock is synchronized
 * @param unavailable sources that could not be observed, each with what happened
 */
public record Observation(
    Instant now,
    ZoneId zone,
    boolean clockSynchronized,
    List<ObservedSource> sources,
    List<UnavailableSource> unavailable,
    List<ObservedRemote> remotes) {

  public Observation {
    sources = List.copyOf(sources);
    unavailable = List.copyOf(unavailable);
    remotes = List.copyOf(remotes);
  }

  ObservedRemote remote(RemoteId id) {
    return remotes.stream()
        .filter(remote -> remote.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("remote was not observed: " + id));
  }
}
