package org.btrfs2s3.core.testing;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A real btrfs on a sparse file, mounted through a loop device, which the kernel detaches by itself
 * when the last mount of it goes. Closing unmounts it and deletes the file.
 *
 * <p>Needs root. Tests begin with {@link #assume}, which skips them where there can be none.
 */
public final class LoopVolume implements AutoCloseable {

  /** The smallest that mkfs.btrfs takes with its defaults is about 109 MiB. */
  public static final long SMALL = 256L << 20;

  private final Path directory;
  private final Path image;

  private LoopVolume(Path directory, Path image) {
    this.directory = directory;
    this.image = image;
  }

  /** Tried once: why there can be no volume here; empty if there can. */
  private static final class Trial {
    static final String REASON = reason();

    private static String reason() {
      try (LoopVolume volume = create(SMALL)) {
        Command.run("btrfs", "subvolume", "list", volume.path().toString());
        return "";
      } catch (IOException e) {
        return "no btrfs on a loop device here (root and btrfs-progs are needed): "
            + e.getMessage();
      }
    }
  }

  /** Why this machine can have no such volume, or an empty string if it can. */
  public static String unsupportedReason() {
    return Trial.REASON;
  }

  /**
   * Skips the test, with the reason, where there can be no such volume. To be called for each test:
   * of a class that is aborted in {@code @BeforeAll}, Surefire reports nothing at all.
   */
  public static void assume() {
    Assumptions.assumeTrue(Trial.REASON.isEmpty(), Trial.REASON);
  }

  /**
   * Makes and mounts an empty file system.
   *
   * @param bytes size of the image; what is not written takes no space
   */
  public static LoopVolume create(long bytes, String... mkfsOptions) throws IOException {
    Path directory = Files.createTempDirectory("btrfs2s3-volume");
    Path image = directory.resolve("image");
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(bytes);
    }
    List<String> mkfs = new ArrayList<>(List.of("mkfs.btrfs", "--quiet"));
    mkfs.addAll(List.of(mkfsOptions));
    mkfs.add(image.toString());
    try {
      Command.run(mkfs.toArray(String[]::new));
    } catch (IOException e) {
      Files.delete(image);
      Files.delete(directory);
      throw e;
    }
    return mounted(directory, image);
  }

  /**
   * Mounts a copy of an image: as it would be after a power cut, if the copy was made while the
   * original was mounted. The original must be closed by now, because the kernel takes two file
   * systems of one UUID for one. The copy is moved, and deleted by close.
   */
  public static LoopVolume mountCopy(Path copy) throws IOException {
    Path directory = Files.createTempDirectory("btrfs2s3-volume");
    return mounted(directory, Files.move(copy, directory.resolve("image")));
  }

  private static LoopVolume mounted(Path directory, Path image) throws IOException {
    var volume = new LoopVolume(directory, image);
    Files.createDirectory(volume.path());
    try {
      Command.run("mount", "-o", "loop", image.toString(), volume.path().toString());
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

  public Path image() {
    return image;
  }

  /** Unmounts and deletes. If something still uses it, it is detached, and that is an error. */
  @Override
  public void close() throws IOException {
    try {
      Command.run("umount", path().toString());
    } catch (IOException e) {
      Command.run("umount", "--lazy", path().toString());
      throw e;
    } finally {
      deleteFiles();
    }
  }

  private void deleteFiles() throws IOException {
    Files.deleteIfExists(path());
    Files.delete(image);
    Files.delete(directory);
  }
}
