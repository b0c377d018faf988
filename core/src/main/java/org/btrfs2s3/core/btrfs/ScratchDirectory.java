package org.btrfs2s3.core.btrfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.linux.EffectiveUser;
import org.btrfs2s3.core.linux.Errno;
import org.btrfs2s3.core.linux.SystemCallException;

/**
 * The directory of a {@link ScratchVolume}: {@code btrfs2s3-scratch-…} with the file {@code image}
 * and the directory {@code mount}, which only its owner can enter. Who uses it holds its lock,
 * which the kernel releases when the process ends, however it ends: so a locked one is never a
 * leftover.
 */
final class ScratchDirectory implements AutoCloseable {

  static final String PREFIX = "btrfs2s3-scratch-";

  /** All that is ever in it. */
  static final List<String> ENTRIES = List.of("image", "mount");

  private static final int ATTEMPTS = 10;

  private final Path path;
  private final DirectoryLock lock;

  private ScratchDirectory(Path path, DirectoryLock lock) {
    this.path = path;
    this.lock = lock;
  }

  /** Makes a new one, locked from before anything is in it. */
  static ScratchDirectory create(Path parent) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      // Whoever looks for leftovers may get hold of it, and delete it, before it is locked.
      var locked = tryLock(Files.createTempDirectory(parent, PREFIX));
      if (locked.isPresent()) {
        return locked.get();
      }
    }
    throw new IOException("cannot keep a directory " + PREFIX + "… in " + parent + " for long");
  }

  /** Takes over an existing one; empty if it is in use, or gone. */
  static Optional<ScratchDirectory> tryLock(Path path) throws IOException {
    try {
      var lock = DirectoryLock.tryLock(path);
      if (lock.isPresent() && !lock.get().id().equals(DirectoryLock.idOf(path))) {
        lock.get().close();
        return Optional.empty();
      }
      return lock.map(held -> new ScratchDirectory(path, held));
    } catch (SystemCallException e) {
      if (e.errno().equals(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Whether it is as {@link #create} makes them, and by this user: nobody else could do so. */
  static boolean isOurs(Path path) throws IOException {
    var follow = LinkOption.NOFOLLOW_LINKS;
    return Files.isDirectory(path, follow)
        && Files.getAttribute(path, "unix:uid", follow).equals((int) EffectiveUser.id())
        && Files.getPosixFilePermissions(path, follow)
            .equals(PosixFilePermissions.fromString("rwx------"));
  }

  Path path() {
    return path;
  }

  Path image() {
    return path.resolve("image");
  }

  Path mount() {
    return path.resolve("mount");
  }

  /** Deletes these three names and nothing below them: a mounted one cannot go. */
  void delete() throws IOException {
    Files.deleteIfExists(mount());
    Files.deleteIfExists(image());
    Files.deleteIfExists(path);
  }

  /** Releases the lock. */
  @Override
  public void close() {
    lock.close();
  }
}
