package org.btrfs2s3.core.restore;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.DeviceAccess;
import org.btrfs2s3.core.sendstream.DeviceNodes;
import org.jspecify.annotations.Nullable;

/**
 * Keeps streams from writing to devices through nodes of their own or of their send parents. Where
 * {@code btrfs receive} cannot be kept from opening them, there must be none.
 */
final class DeviceShield {

  private static final int TYPE = 0170000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int BLOCK_DEVICE = 0060000;

  private final DeviceAccess access;

  DeviceShield(DeviceAccess access) {
    this.access = access;
  }

  static DeviceShield of(Btrfs btrfs, Path privateDirectory) {
    return new DeviceShield(btrfs.deviceAccess(privateDirectory));
  }

  DeviceAccess access() {
    return access;
  }

  /** What streams may make. */
  DeviceNodes nodes() {
    return switch (access) {
      case DeviceAccess.Shut _ -> DeviceNodes.ALLOWED;
      case DeviceAccess.Open open -> new DeviceNodes(refusal(open));
    };
  }

  private static String refusal(DeviceAccess.Open open) {
    return "here nothing keeps a forged backup from writing to that device ("
        + open.why()
        + "). Restore to a file system that is mounted with nodev, or on a machine where root may"
        + " mount, or write the stream to a file with --stream-to";
  }

  /**
   * Looks for nodes of devices in what a stream is going to be applied to.
   *
   * @throws RestoreException if they would not be safe there
   */
  void requireSafe(Path sendParent) throws IOException, RestoreException {
    switch (access) {
      case DeviceAccess.Shut _ -> {}
      case DeviceAccess.Open open -> {
        var search = new Search(device(sendParent));
        Files.walkFileTree(sendParent, search);
        if (search.found != null) {
          throw new RestoreException(
              "cannot restore what was sent against %s: that holds %s, a node of a device; %s"
                  .formatted(sendParent, search.found, refusal(open)));
        }
      }
    }
  }

  private static long device(Path path) throws IOException {
    return (long) attribute(path, "unix:dev");
  }

  private static Object attribute(Path path, String name) throws IOException {
    return Files.getAttribute(path, name, LinkOption.NOFOLLOW_LINKS);
  }

  /** For the first one in a subvolume; nested ones, and mounts, are no part of its snapshots. */
  private static final class Search extends SimpleFileVisitor<Path> {

    private final long subvolume;
    private @Nullable Path found;

    Search(long subvolume) {
      this.subvolume = subvolume;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      return device(directory) == subvolume
          ? FileVisitResult.CONTINUE
          : FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (attributes.isOther() && isDevice(file)) {
        found = file;
        return FileVisitResult.TERMINATE;
      }
      return FileVisitResult.CONTINUE;
    }

    private static boolean isDevice(Path file) throws IOException {
      int type = (int) attribute(file, "unix:mode") & TYPE;
      return (type == CHARACTER_DEVICE || type == BLOCK_DEVICE)
          && (long) attribute(file, "unix:rdev") != 0;
    }
  }
}
