package org.btrfs2s3.core.restore;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  private final Map<UUID, SubvolumeInfo> infos;
  private final RestoreListener listener;
  private final Set<UUID> met = new HashSet<>();
  private final List<String> impostors = new ArrayList<>();

  private TrustedParents(
      Map<UUID, Path> paths, Map<UUID, SubvolumeInfo> infos, RestoreListener listener) {
    this.paths = paths;
    this.infos = infos;
    this.listener = listener;
  }

  /**
   * @param fileSystem all subvolumes of the one that is restored to
   * @throws RestoreException if one of them cannot be a send parent there
   */
  static TrustedParents of(
      Btrfs btrfs, List<Path> trusted, List<SubvolumeInfo> fileSystem, RestoreListener listener)
      throws RestoreException {
    Map<UUID, Path> paths = new LinkedHashMap<>();
    Map<UUID, SubvolumeInfo> infos = new HashMap<>();
    for (var path : trusted) {
      var info = inspect(btrfs, path);
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
      var original = received == null ? info.uuid() : received;
      infos.put(original, info);
      var other = paths.putIfAbsent(original, path);
      if (other != null && !other.equals(path)) {
        throw new RestoreException(
            "cannot trust both %s and %s: they stand for the same backup".formatted(other, path));
      }
    }
    return new TrustedParents(paths, infos, listener);
  }

  private static SubvolumeInfo inspect(Btrfs btrfs, Path path) throws RestoreException {
    try {
      return btrfs.inspect(path);
    } catch (BtrfsException e) {
      throw new RestoreException(
          "cannot trust %s as send parent: %s; name the original snapshot, or a restored copy of it"
              .formatted(path, e.getMessage()),
          e);
    }
  }

  Optional<Path> find(StoredBackup backup) {
    var path = Optional.ofNullable(paths.get(backup.uuid()));
    if (path.isPresent() && met.add(backup.uuid())) {
      look(backup, path.get());
    }
    return path;
  }

  private void look(StoredBackup backup, Path path) {
    var info = Objects.requireNonNull(infos.get(backup.uuid()));
    boolean isCopy = info.receivedUuid() != null;
    var is = isCopy ? info.stransid() : info.ctransid();
    if (!is.equals(backup.identity().ctransid())) {
      impostors.add(
          isCopy
              ? path + " was received from another state of " + backup.uuid()
              : path + " was changed after it had been backed up");
    } else if (isCopy && info.ctransid().isAfter(info.rtransid())) {
      listener.on(new RestoreEvent.Doubtful(path));
    }
  }

  /** Says so if something was trusted in vain, or cannot be what the backup was made of. */
  void requireTrustworthy() throws RestoreException {
    if (!impostors.isEmpty()) {
      throw new RestoreException(
          "cannot trust as send parent what is not the snapshot that was sent: "
              + String.join(", ", impostors));
    }
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
