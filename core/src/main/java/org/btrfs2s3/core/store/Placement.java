package org.btrfs2s3.core.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.btrfs2s3.core.linux.Directory;
import org.btrfs2s3.core.linux.Errno;
import org.btrfs2s3.core.linux.SystemCallException;

/**
 * How a file that is written gets its visible name without replacing another. Tried in this order,
 * because not every file system has each.
 */
public enum Placement {
  RENAME {
    @Override
    public boolean place(Path from, Path to) throws IOException {
      try {
        Directory.renameNoReplace(from, to);
        return true;
      } catch (SystemCallException e) {
        if (e.errno().equals(Errno.EEXIST)) {
          throw new FileAlreadyExistsException(to.toString());
        }
        if (e.errno().equals(Errno.EINVAL) || e.errno().equals(Errno.ENOSYS)) {
          return false;
        }
        throw e;
      }
    }
  },

  /** The first name goes away with its staging directory. */
  LINK {
    @Override
    public boolean place(Path from, Path to) throws IOException {
      try {
        Files.createLink(to, from);
        return true;
      } catch (FileAlreadyExistsException e) {
        throw e;
      } catch (IOException | UnsupportedOperationException noHardLinks) {
        // vfat says EPERM, others EOPNOTSUPP or EMLINK; whatever it is, the next way finds it too.
        return false;
      }
    }
  },

  /** Safe only among those who hold the lock of the remote's directory. */
  CHECKED_RENAME {
    @Override
    public boolean place(Path from, Path to) throws IOException {
      if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(to.toString());
      }
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      return true;
    }
  };

  /**
   * Gives the file its name.
   *
   * @return false if the file system has no such way
   * @throws FileAlreadyExistsException if the name is taken
   */
  public abstract boolean place(Path from, Path to) throws IOException;
}
