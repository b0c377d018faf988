package org.btrfs2s3.core.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A file system of its own for a test, unmounted by {@link #close}. */
public final class Mount implements AutoCloseable {

  public static final String NEEDS_NTFS =
      "needs root, /dev/fuse and the programs mkfs.ntfs and ntfs-3g";
  public static final String NEEDS_VFAT =
      "needs root, vfat in the kernel and the program mkfs.vfat";
  static final String NEEDS_ROOT = "needs root, to mount a file system";

  private final Path path;
  private boolean mounted = true;

  private Mount(Path path) {
    this.path = path;
  }

  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  public static boolean canMountNtfs() {
    return isRoot()
        && Files.isReadable(Path.of("/dev/fuse"))
        && hasProgram("mkfs.ntfs")
        && hasProgram("ntfs-3g");
  }

  public static boolean canMountVfat() throws IOException {
    return isRoot()
        && hasProgram("mkfs.vfat")
        && Files.readString(Path.of("/proc/filesystems")).contains("vfat");
  }

  static Mount tmpfs(Path path, String size) throws IOException {
    Files.createDirectories(path);
    run("mount", "-t", "tmpfs", "-o", "size=" + size, "btrfs2s3-test", path.toString());
    return new Mount(path);
  }

  /** Refuses what Windows refuses; has hard links, but no renaming without replacing. */
  public static Mount ntfs(Path scratch) throws IOException {
    var image = image(scratch, "mkfs.ntfs", "-F", "-Q");
    var path = Files.createDirectory(scratch.resolve("ntfs"));
    run("ntfs-3g", "-o", "windows_names", image, path.toString());
    return new Mount(path);
  }

  public static Mount vfat(Path scratch) throws IOException {
    var image = image(scratch, "mkfs.vfat");
    var path = Files.createDirectory(scratch.resolve("vfat"));
    run("mount", "-t", "vfat", "-o", "loop,iocharset=utf8", image, path.toString());
    return new Mount(path);
  }

  private static String image(Path scratch, String... format) throws IOException {
    var image = scratch.resolve("image").toString();
    run("truncate", "-s", "64M", image);
    run(Stream.concat(Stream.of(format), Stream.of(image)).toArray(String[]::new));
    return image;
  }

  public Path path() {
    return path;
  }

  void remountReadOnly() throws IOException {
    run("mount", "-o", "remount,ro", path.toString());
  }

  /** As when a disk is pulled: also while files are open. */
  void pull() throws IOException {
    mounted = false;
    run("umount", "--lazy", path.toString());
  }

  @Override
  public void close() throws IOException {
    if (mounted) {
      pull();
    }
  }

  static void run(String... command) throws IOException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    // The end of its output is the end of it, nearly: this does not block.
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException(List.of(command) + ": " + output);
    }
  }

  private static boolean hasProgram(String name) {
    return Stream.of("/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin")
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
  }
}
