package org.btrfs2s3.core.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.linux.Errno;
import org.btrfs2s3.core.linux.SystemCallException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory {@code .tmp/<random>} for the files of one object that is being written. It is locked
 * as long as its process lives, so that what a killed run left behind can be told from what another
 * run is writing.
 *
 * <p>Where directories cannot be locked (NFS), nothing is told apart and nothing is removed but
 * one's own.
 */
final class StagingDirectory implements AutoCloseable {

  /** Holds the staging directories of a remote. */
  static final String PARENT = ".tmp";

  private static final Logger log = LoggerFactory.getLogger(StagingDirectory.class);

  // Whatever else somebody put beside ours is not touched (invariant 10).
  private static final Pattern OURS = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path path;
  private final @Nullable DirectoryLock lock;

  private StagingDirectory(Path path, @Nullable DirectoryLock lock) {
    this.path = path;
    this.lock = lock;
  }

  static StagingDirectory create(Path remote) throws IOException {
    var parent = remote.resolve(PARENT);
    createIfMissing(parent);
    while (true) {
      var path = Files.createDirectory(parent.resolve(UUID.randomUUID().toString()));
      try {
        var lock = DirectoryLock.tryLock(path);
        if (lock.isPresent() && Files.exists(path)) {
          return new StagingDirectory(path, lock.get());
        }
        lock.ifPresent(DirectoryLock::close);
      } catch (SystemCallException e) {
        if (FileFailure.meansNoLocks(e)) {
          return new StagingDirectory(path, null);
        }
        if (!e.errno().equals(Errno.ENOENT)) {
          throw e;
        }
      }
      // Another run took it for abandoned before it was locked, and has removed it: once more.
    }
  }

  /** Creates a directory, but not those above it: they may be a disk that is not mounted. */
  static void createIfMissing(Path directory) throws IOException {
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException thatIsFine) {
      // Also when it is no directory: the next to use it says so.
    }
  }

  /** Removes what killed runs left behind. Failures are logged: they concern nobody's backup. */
  static void removeAbandoned(RemoteDirectory remote) throws InterruptedException {
    var parent = remote.path().resolve(PARENT);
    try (var ours = Files.newDirectoryStream(parent, StagingDirectory::isOurs)) {
      for (var path : ours) {
        removeIfAbandoned(remote, path);
      }
    } catch (NoSuchFileException nothingWasEverWritten) {
      // Then nothing was left behind.
    } catch (IOException | DirectoryIteratorException e) {
      log.warn("cannot remove what killed runs left in {}: {}", parent, e.toString());
    }
  }

  /** What killed runs left behind, but for directories without a file: those hold nothing. */
  static List<UnfinishedUpload> abandoned(Path remote) throws IOException {
    var uploads = new ArrayList<UnfinishedUpload>();
    try (var ours = Files.newDirectoryStream(remote.resolve(PARENT), StagingDirectory::isOurs)) {
      for (var path : ours) {
        try (var abandoned = lockIfAbandoned(path).orElse(null)) {
          if (abandoned != null) {
            describe(path).ifPresent(uploads::add);
          }
        }
      }
    } catch (NoSuchFileException nothingWasEverWritten) {
      // Then nothing was left behind.
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return uploads;
  }

  /**
   * Removes what a killed run left behind.
   *
   * @return false if it was gone
   */
  static boolean remove(RemoteDirectory remote, UnfinishedUpload upload)
      throws IOException, InterruptedException {
    var path = remote.path().resolve(PARENT).resolve(upload.id());
    if (!isOurs(path)) {
      return false;
    }
    try (var lock = lockIfAbandoned(path).orElse(null)) {
      if (lock == null) {
        if (Files.notExists(path)) {
          return false;
        }
        throw new RemoteException(
            Kind.REFUSED, "a running process is writing " + upload.key() + " in " + path);
      }
      UnplacedObject.forget(remote, path);
      removeFiles(path);
      return Files.deleteIfExists(path);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /** The one of this id, if there is one, of whichever run. */
  static Optional<Path> of(Path remote, String id) {
    return OURS.matcher(id).matches()
        ? Optional.of(remote.resolve(PARENT).resolve(id)).filter(StagingDirectory::isOurs)
        : Optional.empty();
  }

  private static Optional<UnfinishedUpload> describe(Path path) throws IOException {
    var begun = Files.getLastModifiedTime(path).toInstant();
    try (var files = Files.newDirectoryStream(path)) {
      for (var file : files) {
        var name = file.getFileName().toString();
        if (!name.equals(Sidecar.DIRECTORY)) {
          var id = path.getFileName().toString();
          return Optional.of(new UnfinishedUpload(FileName.keyOf(name), id, begun));
        }
      }
      return Optional.empty();
    }
  }

  private static boolean isOurs(Path path) {
    return OURS.matcher(path.getFileName().toString()).matches()
        && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static void removeIfAbandoned(RemoteDirectory remote, Path path)
      throws IOException, InterruptedException {
    try (var lock = lockIfAbandoned(path).orElse(null)) {
      if (lock != null) {
        UnplacedObject.forget(remote, path);
        new StagingDirectory(path, lock).close();
      }
    }
  }

  /** The lock of a directory that no live process has; nothing where that cannot be told. */
  private static Optional<DirectoryLock> lockIfAbandoned(Path path) throws IOException {
    try {
      return DirectoryLock.tryLock(path);
    } catch (SystemCallException e) {
      if (FileFailure.meansNoLocks(e) || e.errno().equals(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  Path path() {
    return path;
  }

  /** The random part of the path: no two objects share it. */
  String id() {
    return path.getFileName().toString();
  }

  /**
   * Creates a file under the name that the object can have on this file system: under its key, or
   * escaped if that is refused or silently changed (vfat drops dots at the end). Only the owner may
   * read it: it may hold every file of a source, unencrypted.
   */
  Path createFile(ObjectKey key) throws IOException {
    IOException refusal = new RemoteException(Kind.REFUSED, "no file can be named '" + key + "'");
    for (var name : FileName.namesOf(key)) {
      try {
        var file = Files.createFile(path.resolve(name), OWNER_ONLY);
        if (holds(file)) {
          return file;
        }
        Files.delete(file);
      } catch (FileSystemException e) {
        refusal = e;
      }
    }
    throw refusal;
  }

  private boolean holds(Path file) throws IOException {
    try (var files = Files.newDirectoryStream(path)) {
      for (var found : files) {
        if (found.equals(file)) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * Removes the directory and its files, and releases the lock. Idempotent. Failures are logged.
   */
  @Override
  public void close() {
    try (var _ = lock) {
      removeFiles(path);
      Files.deleteIfExists(path);
    } catch (IOException | DirectoryIteratorException e) {
      log.warn("cannot remove {}: {}", path, e.toString());
    }
  }

  private static void removeFiles(Path path) throws IOException {
    try (var files = Files.newDirectoryStream(path)) {
      for (var file : files) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException closedBefore) {
      // Nothing is left to do.
    }
  }
}
