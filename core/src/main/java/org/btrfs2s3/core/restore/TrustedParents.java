package org.btrfs2s3.core.restore;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.SubvolumeInfo;
import org.btrfs2s3.core.catalog.StoredBackup;

/**
 * The subvolumes that the user vouches for as send parents. Received copies are known by the UUID
 * that they were received from, originals by their own.
 *
 * <p>None of them is used itself: a hidden snapshot of it is, with a received UUID that nothing
 * else has. {@code btrfs receive} would otherwise choose among equals, and would not find the
 * sources of CLONE commands in an original, which has no received UUID.
 */
final class TrustedParents {

  private final Map<UUID, Path> paths;
  private final Set<UUID> met = new HashSet<>();

  private TrustedParents(Map<UUID, Path> paths) {
    this.paths = paths;
  }

  /**
   * @param fileSystem all subvolumes of the one that is restored to
   * @throws RestoreException if one of them cannot be a send parent there
   */
  static TrustedParents of(Btrfs btrfs, List<Path> trusted, List<SubvolumeInfo> fileSystem)
      throws BtrfsException, RestoreException {
    Map<UUID, Path> paths = new LinkedHashMap<>();
    for (var path : trusted) {
      var info = btrfs.inspect(path);
      if (!info.readOnly()) {
        throw new RestoreException(
            "cannot trust "
                + path
                + " as send parent: it is writable; name a read-only snapshot of it");
      }
      if (fileSystem.stream().noneMatch(known -> known.uuid().equals(info.uuid()))) {
        throw new RestoreException(
            "cannot trust "
                + path
                + " as send parent: it is not on the file system that is restored to");
      }
      var received = info.receivedUuid();
      var other = paths.putIfAbsent(received == null ? info.uuid() : received, path);
      if (other != null && !other.equals(path)) {
        throw new RestoreException(
            "cannot trust both %s and %s: they stand for the same backup".formatted(other, path));
      }
    }
    return new TrustedParents(paths);
  }

  Optional<Path> find(StoredBackup backup) {
    var path = Optional.ofNullable(paths.get(backup.uuid()));
    path.ifPresent(_ -> met.add(backup.uuid()));
    return path;
  }

  /** Says so if something was trusted in vain. */
  void requireAllMet() throws RestoreException {
    var strangers =
        paths.entrySet().stream()
            .filter(entry -> !met.contains(entry.getKey()))
            .map(entry -> entry.getValue() + " (" + entry.getKey() + ")")
            .collect(Collectors.joining(", "));
    if (!strangers.isEmpty()) {
      throw new RestoreException(
          "no backup of the chain was made of what is to be trusted as send parent: " + strangers);
    }
  }
}
