package org.btrfs2s3.core.sendstream;

import org.btrfs2s3.core.sendstream.TreeChange.EntryType;
import org.jspecify.annotations.Nullable;

/** Reads the attributes of a command, whichever it has, and makes a {@link TreeChange} of them. */
final class TreeCommand {

  /** {@code FALLOC_FL_KEEP_SIZE} of the kernel. */
  private static final int KEEP_SIZE = 1;

  private static final int PERMISSIONS = 07777;
  private static final int TYPE_OF_FILE = 0170000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int BLOCK_DEVICE = 0060000;

  private @Nullable String path;
  private @Nullable String otherPath;
  private long size;
  private long offset;
  private long length;
  private long mode;
  private long uid;
  private long gid;
  private long device;
  private int allocation;
  private long seconds;
  private int nanos;

  /** Bit n stands for attribute n. */
  private int seen;

  /** Null for a command that changes nothing that is told. */
  @Nullable TreeChange read(Command command) throws SendStreamException {
    return switch (command.type()) {
      case StreamFormat.SUBVOL,
          StreamFormat.SNAPSHOT,
          StreamFormat.END,
          StreamFormat.UPDATE_EXTENT ->
          null;
      default -> {
        readAttributes(command);
        yield change(command);
      }
    };
  }

  private void readAttributes(Command command) throws SendStreamException {
    seen = 0;
    path = null;
    otherPath = null;
    while (command.nextAttribute()) {
      seen |= 1 << command.attribute();
      switch (command.attribute()) {
        case StreamFormat.PATH -> path = command.latin1Value();
        case StreamFormat.PATH_TO, StreamFormat.PATH_LINK -> otherPath = command.latin1Value();
        case StreamFormat.SIZE -> size = command.longValue();
        case StreamFormat.FILE_OFFSET -> offset = command.longValue();
        case StreamFormat.DATA -> length = lengthOfData(command);
        case StreamFormat.CLONE_LEN, StreamFormat.UNENCODED_FILE_LEN ->
            length = command.longValue();
        case StreamFormat.MODE -> mode = command.longValue();
        case StreamFormat.UID -> uid = command.longValue();
        case StreamFormat.GID -> gid = command.longValue();
        case StreamFormat.RDEV -> device = command.longValue();
        case StreamFormat.FALLOCATE_MODE -> allocation = command.intValue();
        case StreamFormat.MTIME -> {
          seconds = command.secondsValue();
          nanos = command.nanosValue();
        }
        default -> {}
      }
    }
    command.rewind();
  }

  /** Of encoded data another attribute tells how much of the file they are. */
  private long lengthOfData(Command command) {
    return command.type() == StreamFormat.ENCODED_WRITE ? length : command.valueLength();
  }

  private @Nullable TreeChange change(Command command) throws SendStreamException {
    var place = path;
    if (place == null) {
      throw command.problem("command " + command.type() + " without a path");
    }
    return switch (command.type()) {
      case StreamFormat.MKFILE -> create(place, EntryType.FILE);
      case StreamFormat.MKDIR -> create(place, EntryType.DIRECTORY);
      case StreamFormat.MKFIFO -> create(place, EntryType.FIFO);
      case StreamFormat.MKSOCK -> create(place, EntryType.SOCKET);
      case StreamFormat.MKNOD -> node(place, command);
      case StreamFormat.SYMLINK ->
          new TreeChange.Create(place, EntryType.SYMLINK, 0, otherPath(command));
      case StreamFormat.RENAME -> new TreeChange.Rename(place, otherPath(command));
      case StreamFormat.LINK -> new TreeChange.Link(place, otherPath(command));
      case StreamFormat.UNLINK -> new TreeChange.Unlink(place);
      case StreamFormat.RMDIR -> new TreeChange.RemoveDirectory(place);
      case StreamFormat.WRITE -> {
        require(command, StreamFormat.FILE_OFFSET, StreamFormat.DATA);
        yield extend(place, command, offset, length);
      }
      case StreamFormat.ENCODED_WRITE -> {
        require(command, StreamFormat.FILE_OFFSET, StreamFormat.UNENCODED_FILE_LEN);
        yield extend(place, command, offset, length);
      }
      case StreamFormat.CLONE -> {
        require(command, StreamFormat.FILE_OFFSET, StreamFormat.CLONE_LEN);
        yield extend(place, command, offset, length);
      }
      case StreamFormat.FALLOCATE -> {
        require(command, StreamFormat.FILE_OFFSET, StreamFormat.SIZE, StreamFormat.FALLOCATE_MODE);
        yield allocate(place, command);
      }
      case StreamFormat.TRUNCATE -> {
        require(command, StreamFormat.SIZE);
        yield new TreeChange.Resize(place, notNegative(command, size));
      }
      case StreamFormat.CHMOD -> {
        require(command, StreamFormat.MODE);
        yield new TreeChange.SetMode(place, (int) mode & PERMISSIONS);
      }
      case StreamFormat.CHOWN -> {
        require(command, StreamFormat.UID, StreamFormat.GID);
        yield new TreeChange.SetOwner(place, (int) uid, (int) gid);
      }
      case StreamFormat.UTIMES -> {
        require(command, StreamFormat.MTIME);
        yield new TreeChange.SetTime(place, seconds, nanos);
      }
      default -> null; // extended attributes, flags
    };
  }

  private static TreeChange create(String path, EntryType type) {
    return new TreeChange.Create(path, type, 0, "");
  }

  private TreeChange node(String path, Command command) throws SendStreamException {
    require(command, StreamFormat.MODE, StreamFormat.RDEV);
    var type =
        switch ((int) mode & TYPE_OF_FILE) {
          case CHARACTER_DEVICE -> EntryType.CHARACTER_DEVICE;
          case BLOCK_DEVICE -> EntryType.BLOCK_DEVICE;
          default -> throw command.problem("a node that is no device");
        };
    return new TreeChange.Create(path, type, device, "");
  }

  private @Nullable TreeChange allocate(String place, Command command) throws SendStreamException {
    if ((allocation & KEEP_SIZE) != 0) {
      return null;
    }
    return extend(place, command, offset, size);
  }

  private static TreeChange extend(String path, Command command, long offset, long length)
      throws SendStreamException {
    long end = offset + length;
    if (offset < 0 || length < 0 || end < 0) {
      throw command.problem("data beyond the end of any file");
    }
    return new TreeChange.Extend(path, end);
  }

  private static long notNegative(Command command, long size) throws SendStreamException {
    if (size < 0) {
      throw command.problem("impossible size of a file: " + Long.toUnsignedString(size));
    }
    return size;
  }

  private String otherPath(Command command) throws SendStreamException {
    var other = otherPath;
    if (other == null) {
      throw command.problem("command " + command.type() + " without its second path");
    }
    return other;
  }

  private void require(Command command, int... attributes) throws SendStreamException {
    for (int attribute : attributes) {
      if ((seen & (1 << attribute)) == 0) {
        throw command.problem("command " + command.type() + " without attribute " + attribute);
      }
    }
  }
}
