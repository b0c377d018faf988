package org.btrfs2s3.core.update;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.plan.Observation;
import org.btrfs2s3.core.plan.ObservedRemote;
import org.btrfs2s3.core.plan.ObservedSource;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.plan.Whereabouts;

/** Looks where a missing backup, or its snapshot, may still be. Changes nothing. */
final class WhereaboutsSearch {

  private final Btrfs btrfs;
  private final List<RemoteSession> remotes;

  /**
   * @param remotes all that there are, observed or not
   */
  WhereaboutsSearch(Btrfs btrfs, List<RemoteSession> remotes) {
    this.btrfs = btrfs;
    this.remotes = List.copyOf(remotes);
  }

  /** Everything that an observation of a part does not show. */
  Whereabouts beyond(Observation observation) throws InterruptedException {
    Map<UUID, Whereabouts.FileSystem> fileSystems = new HashMap<>();
    for (var source : observation.sources()) {
      fileSystems.put(source.uuid(), fileSystemOf(source));
    }
    Set<RemoteId> observed = new HashSet<>();
    observation.remotes().forEach(remote -> observed.add(remote.id()));
    List<ObservedRemote> elsewhere = new ArrayList<>();
    for (var remote : remotes) {
      if (observed.add(remote.id())) {
        elsewhere.add(remote.observe(false));
      }
    }
    return new Whereabouts(fileSystems, elsewhere);
  }

  private Whereabouts.FileSystem fileSystemOf(ObservedSource source) {
    try {
      return new Whereabouts.FileSystem.Listed(
          btrfs.listFileSystem(Path.of(source.path())).stream()
              .map(
                  info ->
                      new Whereabouts.Subvolume(
                          info.id(), info.uuid(), info.parentUuid(), info.receivedUuid()))
              .toList());
    } catch (BtrfsException e) {
      return new Whereabouts.FileSystem.Unknown(String.valueOf(e.getMessage()));
    }
  }
}
