package org.btrfs2s3.core.btrfs;

import java.nio.file.Path;
import org.btrfs2s3.core.linux.Directory;
import org.btrfs2s3.core.linux.Errno;
import org.btrfs2s3.core.linux.SystemCallException;

/** Opens subvolumes for system calls, and says what failed. */
final class SubvolumeAccess {

  private SubvolumeAccess() {}

  /** Something to do with an open subvolume. */
  interface Operation<T> {
    T on(Directory subvolume) throws SystemCallException, BtrfsException;
  }

  static <T> T withSubvolume(String verb, Path path, Operation<T> operation) throws BtrfsException {
    try (Directory root = Directory.open(path)) {
      return apply(verb + " " + path, root, operation);
    } catch (SystemCallException e) {
      throw failure(verb + " " + path, e);
    }
  }

  static <T> T withSubvolume(String verb, Path path, EntryName name, Operation<T> operation)
      throws BtrfsException {
    String attempt = verb + " " + path + "/" + name;
    try (Directory directory = Directory.open(path);
        Directory root = directory.openChild(name.bytes())) {
      return apply(attempt, root, operation);
    } catch (SystemCallException e) {
      throw failure(attempt, e);
    }
  }

  private static <T> T apply(String attempt, Directory root, Operation<T> operation)
      throws SystemCallException, BtrfsException {
    if (!SubvolumeIoctl.isSubvolume(root)) {
      throw new BtrfsException(
          "cannot " + attempt + ": not the root of a subvolume of btrfs", "", null);
    }
    return operation.on(root);
  }

  /** What was attempted, with advice. */
  static BtrfsException failure(String attempt, SystemCallException e) {
    Errno errno = e.errno();
    return new BtrfsException("cannot " + attempt + ": " + errno + advice(errno), errno.name(), e);
  }

  private static String advice(Errno errno) {
    if (errno.equals(Errno.EPERM)) {
      return "; root or CAP_SYS_ADMIN is needed";
    }
    return errno.equals(Errno.ENOTTY) ? "; this is not on a btrfs file system" : "";
  }
}
