package org.btrfs2s3.core.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.btrfs2s3.core.linux.Directory;
import org.btrfs2s3.core.linux.SystemCallException;
import org.btrfs2s3.core.store.RemoteException.Kind;

/**
 * Sorts what file systems say into the kinds of {@link RemoteException}.
 *
 * <p>A full disk or quota is {@code REFUSED}: somebody has to make room. EIO, and everything that
 * is not known, is {@code TRANSIENT}: a disk that was unplugged or a server that went away may be
 * back for the next run, and asking again costs nothing.
 */
final class FileFailure {

  /** By the names that {@link org.btrfs2s3.core.linux.Errno} gives. */
  private static final Map<String, Kind> BY_ERRNO =
      Map.ofEntries(
          Map.entry("ENOENT", Kind.NOT_FOUND),
          Map.entry("ENOTDIR", Kind.NOT_FOUND),
          Map.entry("EEXIST", Kind.CONFLICT),
          Map.entry("EACCES", Kind.DENIED),
          Map.entry("EPERM", Kind.DENIED),
          Map.entry("EROFS", Kind.DENIED),
          Map.entry("EINVAL", Kind.REFUSED),
          Map.entry("ENAMETOOLONG", Kind.REFUSED),
          Map.entry("EFBIG", Kind.REFUSED),
          Map.entry("ENOSPC", Kind.REFUSED),
          Map.entry("EDQUOT", Kind.REFUSED));

  // The JDK tells these apart by the text of strerror alone, which is English in the locale that
  // the launcher sets (C.UTF-8). In another one they count as unknown.
  private static final Map<String, Kind> BY_TEXT =
      Map.of(
          "No space left on device", Kind.REFUSED,
          "Disk quota exceeded", Kind.REFUSED,
          "File too large", Kind.REFUSED,
          "Invalid argument", Kind.REFUSED,
          "File name too long", Kind.REFUSED,
          "Not a directory", Kind.REFUSED,
          "Read-only file system", Kind.DENIED,
          "Operation not permitted", Kind.DENIED);

  // EBADF is what NFS says of a directory, because it needs a descriptor open for writing; 37 is
  // ENOLCK.
  private static final Set<Integer> NO_LOCKS = Set.of(9, 22, 37, 38, 95);

  private FileFailure() {}

  /**
   * The failure to throw.
   *
   * @param attempt what could not be done, such as {@code write data.x}
   * @param directory the remote's
   */
  static RemoteException sorted(String attempt, Path directory, IOException cause) {
    if (cause instanceof RemoteException sorted) {
      return sorted;
    }
    var kind = kind(cause);
    var free = kind == Kind.REFUSED ? free(directory) : "";
    return new RemoteException(
        kind, "cannot " + attempt + " in " + directory + ": " + words(cause) + free, cause);
  }

  /** Whether locks do not exist on this file system, as opposed to one that is held. */
  static boolean meansNoLocks(SystemCallException failure) {
    return NO_LOCKS.contains(failure.errno().number());
  }

  private static Kind kind(IOException cause) {
    return switch (cause) {
      case NoSuchFileException _, NotDirectoryException _ -> Kind.NOT_FOUND;
      case FileAlreadyExistsException _ -> Kind.CONFLICT;
      case AccessDeniedException _ -> Kind.DENIED;
      case SystemCallException failure ->
          BY_ERRNO.getOrDefault(failure.errno().name(), Kind.TRANSIENT);
      default -> kindByText(words(cause));
    };
  }

  private static Kind kindByText(String words) {
    return BY_TEXT.entrySet().stream()
        .filter(entry -> words.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(Kind.TRANSIENT);
  }

  /** The JDK's file exceptions often have a path for their only message. */
  private static String words(IOException cause) {
    return switch (cause) {
      case NoSuchFileException missing -> "there is no " + missing.getFile();
      case AccessDeniedException denied -> "no permission for " + denied.getFile();
      case NotDirectoryException file -> file.getFile() + " is not a directory";
      case FileAlreadyExistsException existing -> existing.getFile() + " exists";
      default -> String.valueOf(cause.getMessage());
    };
  }

  private static String free(Path directory) {
    try (var open = Directory.open(directory)) {
      return " (" + open.freeBytes() + " bytes are free)";
    } catch (SystemCallException unknown) {
      // The failure itself is reported; this would only have explained it.
      return "";
    }
  }
}
