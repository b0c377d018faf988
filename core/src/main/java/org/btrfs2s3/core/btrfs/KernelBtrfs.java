package org.btrfs2s3.core.btrfs;

import static org.btrfs2s3.core.btrfs.SubvolumeAccess.failure;
import static org.btrfs2s3.core.btrfs.SubvolumeAccess.withSubvolume;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.linux.Directory;
import org.btrfs2s3.core.linux.DirectoryEntry;
import org.btrfs2s3.core.linux.Errno;
import org.btrfs2s3.core.linux.SystemCallException;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;

/**
 * The btrfs file systems of this machine: ioctls, and the {@code btrfs} tool for send and receive.
 */
public final class KernelBtrfs implements Btrfs {

  /** What opening an entry says when it is not, or no longer, a directory. */
  private static final Set<Errno> NO_DIRECTORY = Set.of(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP);

  @Override
  public SubvolumeInfo inspect(Path subvolume) throws BtrfsException {
    return withSubvolume("inspect", subvolume, SubvolumeIoctl::info);
  }

  @Override
  public SubvolumeInfo inspect(Path directory, EntryName name) throws BtrfsException {
    return withSubvolume("inspect", directory, name, SubvolumeIoctl::info);
  }

  @Override
  public long owner(Path directory, EntryName name) throws BtrfsException {
    return withSubvolume(
        "look for the owner of",
        directory,
        name,
        root -> new DirectoryEntry(root, new byte[] {'.'}).status().uid());
  }

  @Override
  public List<SubvolumeEntry> list(Path path) throws BtrfsException {
    try (Directory directory = Directory.open(path)) {
      List<SubvolumeEntry> subvolumes = new ArrayList<>();
      for (byte[] entry : directory.entries()) {
        subvolume(directory, EntryName.ofBytes(entry)).ifPresent(subvolumes::add);
      }
      // ISO 8859-1 text is ordered as its bytes are.
      subvolumes.sort(Comparator.comparing(found -> found.name().latin1()));
      return List.copyOf(subvolumes);
    } catch (SystemCallException e) {
      throw failure("list " + path, e);
    }
  }

  /**
   * Looks before it opens: what is of no interest may well be unreadable. An entry that vanishes
   * meanwhile was not there.
   */
  private static Optional<SubvolumeEntry> subvolume(Directory directory, EntryName name)
      throws SystemCallException {
    try {
      if (directory.childId(name.bytes()).inode() != SubvolumeIoctl.ROOT_INODE) {
        return Optional.empty();
      }
      try (Directory child = directory.openChild(name.bytes())) {
        return SubvolumeIoctl.isSubvolume(child)
            ? Optional.of(new SubvolumeEntry(name, SubvolumeIoctl.info(child)))
            : Optional.empty();
      }
    } catch (SystemCallException e) {
      if (NO_DIRECTORY.contains(e.errno())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public boolean exists(Path path, EntryName name) throws BtrfsException {
    try (Directory directory = Directory.open(path)) {
      return directory.hasChild(name.bytes());
    } catch (SystemCallException e) {
      throw failure("look for " + path + "/" + name, e);
    }
  }

  /** {@inheritDoc} Needs CAP_SYS_ADMIN, as send does. */
  @Override
  public int countNested(Path subvolume) throws BtrfsException {
    return withSubvolume(
        "count the subvolumes below",
        subvolume,
        root -> {
          var tree = new RootTree(root);
          Deque<Long> unvisited = new ArrayDeque<>(tree.children(SubvolumeIoctl.info(root).id()));
          int count = 0;
          while (!unvisited.isEmpty()) {
            unvisited.addAll(tree.children(unvisited.remove()));
            count++;
          }
          return count;
        });
  }

  /**
   * {@inheritDoc} By syncfs rather than {@code BTRFS_IOC_SYNC}: both flush and commit, but only
   * syncfs reports a write that failed.
   */
  @Override
  public void sync(Path path) throws BtrfsException {
    try (Directory directory = Directory.open(path)) {
      directory.syncFileSystem();
    } catch (SystemCallException e) {
      throw failure("sync " + path, e);
    }
  }

  @Override
  public WriteWatch watchWrites(Path path) throws BtrfsException {
    try {
      return OpenFileSystem.of(path);
    } catch (SystemCallException e) {
      throw failure("sync " + path, e);
    }
  }

  /**
   * Whether two directories lie on one file system, mounted twice or not.
   *
   * @throws IOException if a directory cannot be opened, or the kernel does not tell
   */
  public static boolean isOneFileSystem(Path one, Path other) throws IOException {
    return MountTable.of(one).device().equals(MountTable.of(other).device());
  }

  @Override
  public long freeBytes(Path path) throws BtrfsException {
    try (Directory directory = Directory.open(path)) {
      return directory.freeBytes();
    } catch (SystemCallException e) {
      throw failure("look for free space at " + path, e);
    }
  }

  @Override
  public void createSnapshot(Path source, Path directory, EntryName name) throws BtrfsException {
    createSnapshot(source, directory, name, true);
  }

  @Override
  public void createWritableSnapshot(Path source, Path directory, EntryName name)
      throws BtrfsException {
    createSnapshot(source, directory, name, false);
  }

  private static void createSnapshot(Path source, Path directory, EntryName name, boolean readOnly)
      throws BtrfsException {
    String attempt = "create snapshot " + directory + "/" + name + " of";
    withSubvolume(
        attempt,
        source,
        root -> {
          try (Directory into = Directory.open(directory)) {
            SubvolumeIoctl.createSnapshot(root, into, name, readOnly);
            return name;
          }
        });
  }

  @Override
  public void rename(Path path, EntryName from, EntryName to) throws BtrfsException {
    try (Directory directory = Directory.open(path)) {
      directory.renameNoReplace(from.bytes(), to.bytes());
      // For a subvolume's new name, fsync commits the whole transaction.
      directory.sync();
    } catch (SystemCallException e) {
      throw failure("rename " + path + "/" + from + " to " + to, e);
    }
  }

  @Override
  public void delete(Path directory, EntryName name, UUID uuid) throws BtrfsException {
    withSubvolume(
        "delete",
        directory,
        name,
        subvolume -> {
          SubvolumeInfo info = SubvolumeIoctl.info(subvolume);
          if (!info.uuid().equals(uuid)) {
            throw new BtrfsException(
                "cannot delete %s/%s: it is %s, and no longer %s"
                    .formatted(directory, name, info.uuid(), uuid),
                "",
                null);
          }
          delete(subvolume, info.id(), directory + "/" + name);
          return info;
        });
  }

  private static void delete(Directory subvolume, long id, String path)
      throws SystemCallException, BtrfsException {
    try {
      SubvolumeIoctl.delete(subvolume, id);
    } catch (SystemCallException e) {
      if (!e.errno().equals(Errno.EPERM)) {
        throw e;
      }
      throw new BtrfsException(
          "cannot delete "
              + path
              + ": "
              + e.errno()
              + ": it is being sent, or is the default subvolume, or CAP_SYS_ADMIN is missing",
          e.errno().name(),
          e);
    }
  }

  @Override
  public SendStream send(Path directory, EntryName name, @Nullable EntryName parent, SendMode mode)
      throws BtrfsException {
    List<String> command = SendCommand.of(directory, name, parent, mode);
    return new SendProcess(BtrfsProcess.producing("send " + command.getLast(), command));
  }

  @Override
  public DeviceAccess deviceAccess(Path directory) {
    return NoDevices.access(directory);
  }

  @Override
  public ReceiveSink receive(Path directory, DeviceAccess devices) throws BtrfsException {
    String target = directory.toAbsolutePath().toString();
    String attempt = "receive into " + target;
    BtrfsProcess.requireTool(attempt, "btrfs");
    List<String> tool = List.of("btrfs", "receive", "-C", target);
    List<String> command =
        switch (devices) {
          case DeviceAccess.Shut _ -> withoutDevices(directory, tool);
          case DeviceAccess.Open _ -> tool;
        };
    return new ReceiveProcess(BtrfsProcess.consuming(attempt, command));
  }

  private static List<String> withoutDevices(Path directory, List<String> command)
      throws BtrfsException {
    try {
      return NoDevices.in(directory).around(command);
    } catch (IOException e) {
      throw new BtrfsException("cannot receive into " + directory + ": " + e.getMessage(), "", e);
    }
  }

  @Override
  public void setReceived(
      Path directory, EntryName name, UUID receivedUuid, Ctransid stransid, int mark)
      throws BtrfsException {
    withSubvolume(
        "set the received UUID of",
        directory,
        name,
        subvolume -> {
          // What is written back later would move ctransid beyond rtransid, as an edit does.
          subvolume.syncFileSystem();
          SubvolumeIoctl.setReadOnly(subvolume, false);
          try {
            SubvolumeIoctl.setReceived(subvolume, receivedUuid, stransid, mark);
          } finally {
            SubvolumeIoctl.setReadOnly(subvolume, true);
          }
          return receivedUuid;
        });
  }

  @Override
  public List<SubvolumeInfo> listFileSystem(Path path) throws BtrfsException {
    try (Directory directory = Directory.open(path)) {
      // What the tree of trees says of a subvolume is as old as the last commit.
      directory.syncFileSystem();
      return new RootTree(directory).subvolumes();
    } catch (SystemCallException e) {
      throw failure("list the subvolumes of the file system of " + path, e);
    }
  }
}
