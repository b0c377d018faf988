package org.btrfs2s3.core.btrfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Removes what killed processes left of their {@link ScratchVolume}s. What a living one uses is
 * locked and not touched; what is not surely one of ours is not touched either, but told. Nothing
 * is deleted that is mounted or in use, and never more than the names that we make.
 */
public final class ScratchLeftovers {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Path parent;
  private final Consumer<String> listener;

  /**
   * @param parent where the scratch file systems go
   * @param listener is told what was removed, and what was not and why
   */
  public ScratchLeftovers(Path parent, Consumer<String> listener) {
    this.parent = parent;
    this.listener = listener;
  }

  /** Looks for them and removes them; what cannot be removed, the next run tries again. */
  public void remove() throws IOException, InterruptedException {
    // The kernel tells paths without symbolic links.
    var place = parent.toRealPath();
    try (var entries = Files.newDirectoryStream(place, ScratchDirectory.PREFIX + "*")) {
      for (var entry : entries) {
        try {
          remove(entry);
        } catch (IOException e) {
          listener.accept("left alone " + entry + ": " + e.getMessage());
        }
      }
    }
  }

  private void remove(Path entry) throws IOException, InterruptedException {
    if (!ScratchDirectory.isOurs(entry)) {
      throw new IOException("it is not a directory of this user alone");
    }
    var leftover = ScratchDirectory.tryLock(entry);
    if (leftover.isEmpty()) {
      return; // In use, or gone meanwhile.
    }
    try (var directory = leftover.get()) {
      requireNothingElse(entry);
      unmount(directory);
      // Which unmounts it in the mount namespaces of others, too: they have copies of every mount.
      Files.deleteIfExists(directory.mount());
      awaitNoDevice(directory.image());
      directory.delete();
      listener.accept("removed " + entry + ", which a run that was killed had left");
    }
  }

  private static void requireNothingElse(Path directory) throws IOException {
    try (var entries = Files.newDirectoryStream(directory)) {
      for (var entry : entries) {
        if (!ScratchDirectory.ENTRIES.contains(entry.getFileName().toString())) {
          throw new IOException("it holds " + entry.getFileName() + ", which is not ours");
        }
      }
    }
  }

  /** Only what is mounted from the very file beside it. */
  private static void unmount(ScratchDirectory directory) throws IOException {
    var mounts = MountTable.below(directory.path());
    if (mounts.isEmpty()) {
      return;
    }
    var devices = MountTable.loopDevices(directory.image());
    if (mounts.size() > 1
        || !mounts.getFirst().point().equals(directory.mount().toString())
        || !mounts.getFirst().type().equals("btrfs")
        || !devices.equals(List.of(mounts.getFirst().source()))) {
      throw new IOException("something else is mounted there: " + mounts);
    }
    SystemTool.run(
        "unmount " + directory.mount(),
        "something may still use it",
        List.of("umount", directory.mount().toString()));
  }

  /** The kernel frees it a moment after the unmounting, unless it is mounted elsewhere, too. */
  private static void awaitNoDevice(Path image) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (var devices = MountTable.loopDevices(image);
        !devices.isEmpty();
        devices = MountTable.loopDevices(image)) {
      if (System.nanoTime() > deadline) {
        throw new IOException("its image is still in use by " + String.join(", ", devices));
      }
      Thread.sleep(PAUSE);
    }
  }
}
