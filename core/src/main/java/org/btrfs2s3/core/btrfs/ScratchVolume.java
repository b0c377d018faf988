package org.btrfs2s3.core.btrfs;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A btrfs on a sparse file, mounted through a loop device for as long as it is needed, and gone
 * when it is closed. Only root can reach what is in it; nothing in it can be executed or used as a
 * device.
 *
 * <p>Needs root, loop devices and {@code mkfs.btrfs}. A process that is killed leaves the mount and
 * the directory {@code btrfs2s3-scratch-…}, which {@link ScratchLeftovers} removes.
 */
public final class ScratchVolume implements AutoCloseable {

  /** The smallest that mkfs.btrfs takes with its defaults is about 109 MiB. */
  public static final long SMALLEST = 256L << 20;

  /** The content comes from outside. The kernel frees the loop device with the last mount. */
  private static final String OPTIONS = "loop,noatime,nodev,nosuid,noexec";

  private final ScratchDirectory directory;

  private ScratchVolume(ScratchDirectory directory) {
    this.directory = directory;
  }

  /**
   * Makes and mounts an empty file system.
   *
   * @param parent where the file goes
   * @param bytes its size; what is not written takes no space
   * @throws BtrfsException if that is not possible here; nothing is left then
   */
  public static ScratchVolume create(Path parent, long bytes) throws IOException {
    var directory = ScratchDirectory.create(parent);
    try {
      var image = directory.image().toString();
      try (var file = new RandomAccessFile(image, "rw")) {
        file.setLength(bytes);
      }
      SystemTool.run(
          "make a scratch file system in " + parent,
          "the tool is in the package btrfs-progs",
          List.of("mkfs.btrfs", "--quiet", image));
      Files.createDirectory(directory.mount());
      SystemTool.run(
          "mount the scratch file system " + image,
          "root and loop devices are needed",
          List.of("mount", "-o", OPTIONS, image, directory.mount().toString()));
      return new ScratchVolume(directory);
    } catch (IOException e) {
      try (directory) {
        directory.delete();
      } catch (IOException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  /** Where it is mounted. */
  public Path path() {
    return directory.mount();
  }

  /** Unmounts and deletes it. An interrupt does not stop that; it is kept. */
  @Override
  public void close() throws IOException {
    var attempt = "unmount the scratch file system " + path();
    try (directory) {
      try {
        SystemTool.run(attempt, "", List.of("umount", path().toString()));
      } catch (BtrfsException e) {
        // Whoever still uses it loses it later; the space is free then, too.
        SystemTool.run(attempt, "", List.of("umount", "--lazy", path().toString()));
        throw e;
      } finally {
        directory.delete();
      }
    }
  }
}
