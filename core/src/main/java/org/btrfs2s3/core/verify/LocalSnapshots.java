package org.btrfs2s3.core.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.btrfs.SubvolumeInfo;

/**
 * The snapshots of the configured sources that were on this machine when a verification began.
 *
 * @param sources those that are here
 * @param byUuid the snapshots
 * @param problems why some of them are not known
 */
record LocalSnapshots(Set<UUID> sources, Map<UUID, Place> byUuid, List<String> problems) {

  /**
   * Where a snapshot lies.
   *
   * @param managed whether an update or a repair may send it
   */
  record Place(Path directory, EntryName name, SubvolumeInfo info, boolean managed) {

    /** Whether it is not any more what was sent. */
    boolean isChanged() {
      return !info.readOnly() || info.changedAfterCreation();
    }
  }

  LocalSnapshots {
    sources = Set.copyOf(sources);
    byUuid = Map.copyOf(byUuid);
    problems = List.copyOf(problems);
  }

  static LocalSnapshots find(Btrfs btrfs, Collection<SourcePlace> places) {
    Set<UUID> sources = new HashSet<>();
    Map<UUID, Place> snapshots = new HashMap<>();
    List<String> problems = new ArrayList<>();
    for (var place : places) {
      try {
        sources.add(btrfs.inspect(place.path()).uuid());
        for (var entry : btrfs.list(place.snapshots())) {
          snapshots.putIfAbsent(
              entry.info().uuid(),
              new Place(
                  place.snapshots(),
                  entry.name(),
                  entry.info(),
                  place.manages(entry.name().toString())));
        }
      } catch (BtrfsException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    return new LocalSnapshots(sources, snapshots, problems);
  }

  Optional<Place> find(UUID uuid) {
    return Optional.ofNullable(byUuid.get(uuid));
  }

  /** Whether a backup can be made of it again. */
  boolean canBeSent(UUID uuid) {
    return find(uuid)
        .filter(Place::managed)
        .filter(place -> !place.isChanged() && place.info().receivedUuid() == null)
        .isPresent();
  }
}
