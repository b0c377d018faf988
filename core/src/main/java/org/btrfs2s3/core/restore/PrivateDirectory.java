package org.btrfs2s3.core.restore;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.linux.Directory;
import org.btrfs2s3.core.linux.DirectoryEntry;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.linux.EffectiveUser;
import org.btrfs2s3.core.linux.Errno;
import org.btrfs2s3.core.linux.FileStatus;
import org.btrfs2s3.core.linux.FileType;
import org.btrfs2s3.core.linux.SystemCallException;
import org.btrfs2s3.core.run.LockedException;
import org.jspecify.annotations.Nullable;

/**
 * The hidden directory of a target that holds everything which is not published, and nothing else.
 * Nobody else can enter it: the owner of a received subvolume's root, who may change its flags and
 * its identity, does not reach it there, and {@code btrfs receive}, which is locked into a
 * directory of it, reaches nothing else, whatever links a stream makes. (Into a directory of it, so
 * that no stream can open the door itself.)
 *
 * <p>Its lock keeps a second restore out. The target itself is not locked, because that may be the
 * root of a source whose upload holds its lock for weeks.
 */
final class PrivateDirectory implements AutoCloseable {

  static final String NAME = ".btrfs2s3-restoring";
  private static final byte[] ENTRY = EntryName.of(NAME).bytes();
  private static final String INNER = "received";

  private static final String MODE = "rwx------";
  private static final int OTHERS = 077;

  private final Btrfs btrfs;
  private final Path target;
  private final DirectoryLock lock;

  private PrivateDirectory(Btrfs btrfs, Path target, DirectoryLock lock) {
    this.btrfs = btrfs;
    this.target = target;
    this.lock = lock;
  }

  /** The directory in it that holds the subvolumes, or would hold them. */
  static Path in(Path target) {
    return target.resolve(NAME).resolve(INNER);
  }

  /** How messages call what is in it. */
  static String shown(EntryName name) {
    return NAME + "/" + INNER + "/" + name;
  }

  private static Path outer(Path target) {
    return target.resolve(NAME);
  }

  /**
   * Whether there is one.
   *
   * @throws RestoreException if something else has its name
   */
  static boolean isIn(Path target) throws IOException, RestoreException {
    return status(target) != null && Files.isDirectory(in(target), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Creates it, if an earlier restore has not left it, and locks it.
   *
   * @throws RestoreException if something else has its name
   * @throws LockedException if another restore into the same target is running
   */
  static PrivateDirectory open(Btrfs btrfs, Path target)
      throws IOException, RestoreException, LockedException {
    while (true) {
      createIn(target);
      if (status(target) == null) {
        continue; // Its holder has just finished.
      }
      var lock =
          DirectoryLock.tryLock(outer(target))
              .orElseThrow(
                  () -> new LockedException("another restore into " + target + " is running"));
      var status = status(target);
      if (status != null && status.id().equals(lock.id())) {
        create(in(target));
        return new PrivateDirectory(btrfs, target, lock);
      }
      lock.close();
    }
  }

  private static void createIn(Path target) throws IOException, RestoreException {
    try {
      create(outer(target));
    } catch (FileSystemException e) {
      var why =
          e instanceof AccessDeniedException
              ? "permission denied (restoring takes root)"
              : Objects.requireNonNullElse(e.getReason(), e.toString());
      throw new RestoreException(
          "cannot restore to %s: nothing can be created there: %s".formatted(target, why), e);
    }
  }

  private static void create(Path directory) throws IOException {
    var permissions = PosixFilePermissions.fromString(MODE);
    try {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(permissions));
    } catch (FileAlreadyExistsException _) {
      // Of another run, or left by one that was killed: the lock tells.
    }
  }

  private static @Nullable FileStatus status(Path target) throws IOException, RestoreException {
    FileStatus status;
    try (var directory = Directory.open(target)) {
      status = new DirectoryEntry(directory, ENTRY).status();
      var problem = problem(status, directory);
      if (problem != null) {
        throw new RestoreException(
            "cannot restore to %s: what is not published would lie in %s, but %s; delete or rename it"
                .formatted(target, outer(target), problem));
      }
      return status;
    } catch (SystemCallException e) {
      if (e.errno().equals(Errno.ENOENT) && Files.isDirectory(target)) {
        return null;
      }
      throw e;
    }
  }

  private static @Nullable String problem(FileStatus status, Directory target)
      throws SystemCallException {
    if (status.type() != FileType.DIRECTORY) {
      return "that is " + status.type();
    }
    if (status.id().device() != target.id().device()) {
      return "that is a subvolume or another file system";
    }
    if (status.uid() != EffectiveUser.id()) {
      return "that belongs to another user (uid " + status.uid() + ")";
    }
    if ((status.permissions() & OTHERS) != 0) {
      return "others may enter that (mode " + Integer.toOctalString(status.permissions()) + ")";
    }
    return null;
  }

  Path path() {
    return in(target);
  }

  /**
   * Says so if something else has taken its place: whoever may write to the target could put a link
   * there, and have deleted what that leads to.
   */
  void requireInPlace() throws BtrfsException {
    try (var directory = Directory.open(target);
        var outer = directory.openChild(ENTRY)) {
      if (outer.id().equals(lock.id())) {
        return;
      }
    } catch (SystemCallException e) {
      throw replaced(e);
    }
    throw replaced(null);
  }

  private BtrfsException replaced(@Nullable SystemCallException cause) {
    return new BtrfsException(
        "nothing more can be done in "
            + path()
            + ": somebody has put something else into its place; let nobody else write to "
            + target
            + " while you restore to it",
        "",
        cause);
  }

  /** Deletes it, unless something is left in it for the next restore. */
  @Override
  public void close() throws IOException {
    // Before the lock is given up: whoever waits for it sees that the directory is gone.
    try (var directory = Directory.open(target);
        var outer = directory.openChild(ENTRY)) {
      if (btrfs.list(path()).isEmpty()) {
        outer.deleteChildDirectory(EntryName.of(INNER).bytes());
        directory.deleteChildDirectory(ENTRY);
      }
    } catch (SystemCallException e) {
      if (!e.errno().equals(Errno.ENOTEMPTY)) {
        throw e;
      }
    } finally {
      lock.close();
    }
  }
}
