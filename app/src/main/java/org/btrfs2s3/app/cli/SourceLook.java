package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.btrfs2s3.app.config.SourceConfig;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.linux.Directory;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether a source and its snapshots directory are what an update needs: before the first one
 * they often are not yet. Changes nothing.
 */
final class SourceLook {

  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

  private SourceLook() {}

  /** What is wrong, and what to do about it. */
  static Optional<String> trouble(SourceConfig source, Btrfs btrfs) {
    try {
      return Optional.ofNullable(find(source, btrfs))
          .map(trouble -> "source " + source.path() + ": " + trouble);
    } catch (IOException e) {
      return Optional.of("source " + source.path() + ": " + e.getMessage());
    }
  }

  private static @Nullable String find(SourceConfig source, Btrfs btrfs) throws IOException {
    if (Files.notExists(source.path())) {
      return "there is no such directory now";
    }
    btrfs.inspect(source.path());
    var snapshots = source.snapshots();
    if (Files.notExists(snapshots)) {
      return "its snapshots directory %s is not there; create it: btrfs subvolume create %1$s"
          .formatted(snapshots);
    }
    if (!Files.isDirectory(snapshots)) {
      return "its snapshots directory " + snapshots + " is no directory";
    }
    return fileSystem(source.path()).equals(fileSystem(snapshots))
        ? null
        : "its snapshots directory %s is on another file system; name one on the same btrfs"
            .formatted(snapshots);
  }

  /**
   * The device number of the mounted file system, proc_pid_mountinfo(5). (That of a file is another
   * one in each subvolume.)
   */
  private static String fileSystem(Path path) throws IOException {
    try (var directory = Directory.open(path)) {
      var id = directory.mountId() + " ";
      // Others' paths need not be UTF-8.
      return Files.readAllLines(MOUNTS, StandardCharsets.ISO_8859_1).stream()
          .filter(line -> line.startsWith(id))
          .map(line -> line.split(" ", 4)[2])
          .findFirst()
          .orElseThrow(() -> new IOException("the mount of " + path + " is not in " + MOUNTS));
    }
  }
}
