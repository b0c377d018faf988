package org.btrfs2s3.core.btrfs;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A btrfs on a sparse file, mounted through a loop device for as long as it is needed, and gone
 * when it is closed. Only root can reach what is in it; nothing in it can be executed or used as a
 * device.
 *
 * <p>Needs root, loop devices and {@code mkfs.btrfs}. A process that is killed leaves the mount and
 * the directory {@code btrfs2s3-scratch-…}.
 */
public final class ScratchVolume implements AutoCloseable {

  /** The smallest that mkfs.btrfs takes with its defaults is about 109 MiB. */
  public static final long SMALLEST = 256L << 20;

  private static final String PREFIX = "btrfs2s3-scratch-";

  /** The content comes from outside. The kernel frees the loop device with the last mount. */
  private static final String OPTIONS = "loop,noatime,nodev,nosuid,noexec";

  private static final List<String> SYSTEM_DIRECTORIES = List.of("/usr/sbin", "/sbin");

  private final Path directory;

  private ScratchVolume(Path directory) {
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
    var volume = new ScratchVolume(Files.createTempDirectory(parent, PREFIX));
    try {
      try (var image = new RandomAccessFile(volume.image().toFile(), "rw")) {
        image.setLength(bytes);
      }
      run(
          "make a scratch file system in " + parent,
          "the tool is in the package btrfs-progs",
          List.of("mkfs.btrfs", "--quiet", volume.image().toString()));
      Files.createDirectory(volume.path());
      run(
          "mount the scratch file system " + volume.image(),
          "root and loop devices are needed",
          List.of("mount", "-o", OPTIONS, volume.image().toString(), volume.path().toString()));
      return volume;
    } catch (IOException e) {
      volume.deleteFiles();
      throw e;
    }
  }

  /** Where it is mounted. */
  public Path path() {
    return directory.resolve("mount");
  }

  private Path image() {
    return directory.resolve("image");
  }

  /** Unmounts and deletes it. An interrupt does not stop that; it is kept. */
  @Override
  public void close() throws IOException {
    var unmount = "unmount the scratch file system " + path();
    try {
      run(unmount, "", List.of("umount", path().toString()));
    } catch (BtrfsException e) {
      // Whoever still uses it loses it later; the space is free then, too.
      run(unmount, "", List.of("umount", "--lazy", path().toString()));
      throw e;
    } finally {
      deleteFiles();
    }
  }

  private void deleteFiles() throws IOException {
    Files.deleteIfExists(path());
    Files.deleteIfExists(image());
    Files.deleteIfExists(directory);
  }

  /** Waits for the end of a command, which takes no longer than some seconds, in any case. */
  private static void run(String attempt, String advice, List<String> command)
      throws BtrfsException {
    var builder =
        new ProcessBuilder(found(command))
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true);
    builder.environment().keySet().retainAll(Set.of("PATH"));
    builder.environment().putAll(Map.of("LC_ALL", "C"));
    String words;
    int exitCode;
    try {
      Process process = builder.start();
      words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      exitCode = process.onExit().join().exitValue();
    } catch (IOException e) {
      throw failure(attempt, String.valueOf(e.getMessage()), advice);
    }
    if (exitCode != 0) {
      throw failure(attempt, "exit code " + exitCode + ": " + words, advice);
    }
  }

  private static BtrfsException failure(String attempt, String what, String advice) {
    var end = advice.isEmpty() ? "" : "; " + advice;
    return new BtrfsException("cannot " + attempt + ": " + what + end, "", null);
  }

  /** A user who became root may have a PATH without the tools for the system. */
  private static List<String> found(List<String> command) {
    for (var place : SYSTEM_DIRECTORIES) {
      var tool = Path.of(place, command.getFirst());
      if (Files.isExecutable(tool)) {
        var absolute = new ArrayList<>(command);
        absolute.set(0, tool.toString());
        return absolute;
      }
    }
    return command;
  }
}
