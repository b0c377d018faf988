package org.btrfs2s3.it.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.it.tree.Manifest;

/** What a restore left in a directory. */
public final class Restored {
  private Restored() {}

  /**
   * The path of each restored subvolume by the UUID of its snapshot.
   *
   * @throws AssertionError if anything there is not completely restored
   */
  public static Map<UUID, Path> in(Path directory) throws IOException {
    Map<UUID, Path> restored = new HashMap<>();
    for (SubvolumeEntry entry : new KernelBtrfs().list(directory)) {
      String name = entry.name().toString();
      UUID received = entry.info().receivedUuid();
      if (received == null || !entry.info().readOnly() || name.startsWith(".")) {
        throw new AssertionError(name + " is not completely restored: " + entry.info());
      }
      if (restored.put(received, directory.resolve(name)) != null) {
        throw new AssertionError(received + " was restored twice");
      }
    }
    return restored;
  }

  /**
   * Asserts that exactly these were restored into a directory, and that nothing of them differs.
   *
   * @param expected what the snapshots held, by their UUIDs
   */
  public static void assertIdentical(Map<UUID, Manifest> expected, Path directory)
      throws IOException {
    Map<UUID, Path> restored = in(directory);
    assertThat(restored.keySet()).isEqualTo(expected.keySet());
    restored.forEach(
        (uuid, path) ->
            assertThat(
                    Manifest.difference(
                        Objects.requireNonNull(expected.get(uuid)), Manifest.of(path)))
                .as("%s", path)
                .isEmpty());
  }

  /** Deletes every subvolume in a directory. */
  public static void deleteAll(Path directory) throws BtrfsException {
    KernelBtrfs btrfs = new KernelBtrfs();
    for (SubvolumeEntry entry : btrfs.list(directory)) {
      btrfs.delete(directory, entry.name(), entry.info().uuid());
    }
  }
}
