package org.btrfs2s3.core.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.catalog.DamagedBackup;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.jspecify.annotations.Nullable;

/**
 * Tells what may still bring back a backup that cannot be restored, as far as this machine can know
 * it: a snapshot anywhere on the source's file system, another remote, segments without commit
 * object, a hidden object.
 */
final class Lifelines {

  private final ObservedSource source;
  private final ObservedRemote.Listed remote;
  private final List<ObservedRemote> others;
  private final Whereabouts.FileSystem fileSystem;

  Lifelines(
      Observation observation,
      ObservedSource source,
      ObservedRemote.Listed remote,
      Whereabouts whereabouts) {
    this.source = source;
    this.remote = remote;
    this.others = new ArrayList<>(observation.remotes());
    others.removeIf(other -> other.id().equals(remote.id()));
    others.addAll(whereabouts.elsewhere());
    this.fileSystem = whereabouts.fileSystemOf(source.uuid());
  }

  /**
   * What may bring it back, and what to do then; null if nothing can.
   *
   * @param lost what would have to come back for it to be restored, itself included
   */
  @Nullable String of(StoredBackup backup, Collection<UUID> lost) {
    var wrongPlace = wrongPlace();
    if (wrongPlace != null) {
      return wrongPlace;
    }
    for (var uuid : lost) {
      var found = snapshotOf(uuid);
      if (found == null) {
        found = onThisRemote(uuid, uuid.equals(backup.uuid()));
      }
      if (found == null && !uuid.equals(backup.uuid())) {
        found = onAnotherRemote(uuid); // Its own copy there stays as good as it is.
      }
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** Snapshots that are not seen, because they are somewhere else, may be sent again. */
  private @Nullable String wrongPlace() {
    return switch (fileSystem) {
      case Whereabouts.FileSystem.Unknown unknown ->
          "which snapshots the file system of %s has is not known: %s"
              .formatted(source.path(), unknown.reason());
      case Whereabouts.FileSystem.Listed listed -> {
        long elsewhere =
            listed.subvolumes().stream()
                .filter(subvolume -> source.uuid().equals(subvolume.parent()))
                .count();
        yield source.snapshots().isEmpty() && elsewhere > 0
            ? ("the snapshots directory of %s shows no snapshot of it, but its file system has %d"
                    + " elsewhere: is the right directory mounted?")
                .formatted(source.path(), elsewhere)
            : null;
      }
    };
  }

  private @Nullable String snapshotOf(UUID uuid) {
    if (!(fileSystem instanceof Whereabouts.FileSystem.Listed listed)) {
      return null; // Told above.
    }
    return listed.subvolumes().stream()
        .filter(subvolume -> subvolume.holds(uuid))
        .findFirst()
        .map(
            subvolume ->
                ("subvolume %d on the file system of %s is %s %s (its path: btrfs inspect-internal"
                        + " subvolid-resolve %d %s): if it is an unchanged snapshot, make the"
                        + " directory that it lies in the snapshots directory, and repair again")
                    .formatted(
                        subvolume.id(),
                        source.path(),
                        subvolume.uuid().equals(uuid) ? "snapshot" : "a received copy of",
                        uuid,
                        subvolume.id(),
                        source.path()))
        .orElse(null);
  }

  /**
   * @param isItself whether it is asked of what is to be deleted, which of course is listed
   */
  private @Nullable String onThisRemote(UUID uuid, boolean isItself) {
    var catalog = remote.catalog();
    if (catalog.unfinished().stream().anyMatch(one -> one.identity().uuid().equals(uuid))) {
      return "there are segments of %s without commit object: repair --remote %s --commit %s may make a backup of them"
          .formatted(uuid, remote.id(), uuid);
    }
    if (catalog.unsupported().stream().anyMatch(one -> one.uuid().equals(uuid))) {
      return "remote %s has something of %s that only a later version of this program can read"
          .formatted(remote.id(), uuid);
    }
    if (hasHiddenSegments(uuid)) {
      return ("remote %s has metadata of segments of %s, but not the segments: put them back, or,"
              + " if they are lost, delete the files in .meta/ whose names have that UUID")
          .formatted(remote.id(), uuid);
    }
    if (!isItself && catalog.traces().stream().anyMatch(one -> one.uuid().equals(uuid))) {
      return ("remote %s has metadata of %s, but not its object: put that back, or, if it is lost,"
              + " delete the file in %s whose name has that UUID")
          .formatted(remote.id(), uuid, ".meta/");
    }
    return null;
  }

  private boolean hasHiddenSegments(UUID uuid) {
    var catalog = remote.catalog();
    return catalog.damaged().stream()
        .map(DamagedBackup::backup)
        .filter(backup -> backup.uuid().equals(uuid))
        .map(StoredBackup::parts)
        .anyMatch(parts -> parts != null && catalog.tracedAttempts().contains(parts.attempt()));
  }

  private @Nullable String onAnotherRemote(UUID uuid) {
    for (var other : others) {
      switch (other) {
        case ObservedRemote.Away _ -> {
          return "remote %s is away, and may have %s".formatted(other.id(), uuid);
        }
        case ObservedRemote.Listed listed -> {
          if (listed.catalog().knows(uuid)) {
            return "remote %s has something of %s: reseed --from %s --to %s may bring it back"
                .formatted(other.id(), uuid, other.id(), remote.id());
          }
        }
      }
    }
    return null;
  }
}
