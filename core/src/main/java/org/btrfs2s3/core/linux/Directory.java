package org.btrfs2s3.core.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An open directory descriptor. Entries are named by their raw bytes, which need not be text in any
 * encoding. Child processes do not inherit the descriptor.
 *
 * <p>Every method but {@link #close} throws {@link SystemCallException} with the kernel's errno.
 * Not safe for closing while another thread uses it: a descriptor's number is used again.
 */
public final class Directory implements AutoCloseable {

  // From include/uapi/linux/fcntl.h and asm-generic/fcntl.h; arm64 has its own O_DIRECTORY and
  // O_NOFOLLOW (arch/arm64/include/uapi/asm/fcntl.h).
  private static final boolean ARM64 = System.getProperty("os.arch", "").equals("aarch64");
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_DIRECTORY = ARM64 ? 0x4000 : 0x10000;
  private static final int O_NOFOLLOW = ARM64 ? 0x8000 : 0x20000;
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_NO_AUTOMOUNT = 0x800;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int RENAME_NOREPLACE = 1;
  private static final int LOCK_EX_NB = 2 | 4;

  // struct statx, the same on every architecture (include/uapi/linux/stat.h)
  private static final int STATX_SIZE = 256;
  private static final int STATX_INO = 0x100;
  private static final int STX_INO = 32;
  private static final int STX_DEV_MAJOR = 136;
  private static final int STX_DEV_MINOR = 140;

  // struct statfs has 120 bytes on 64-bit machines (include/uapi/asm-generic/statfs.h).
  private static final int STATFS_SIZE = 256;
  private static final int F_TYPE = 0;
  private static final int F_BAVAIL = 32;
  private static final int F_FRSIZE = 72;

  /** proc_pid_fdinfo(5) */
  private static final String MOUNT_ID = "mnt_id:";

  private final int descriptor;
  private final String name;
  private boolean closed;

  private Directory(int descriptor, String name) {
    this.descriptor = descriptor;
    this.name = name;
  }

  /** Opens a directory for reading; links in the path are followed. */
  public static Directory open(Path path) throws SystemCallException {
    return open(AT_FDCWD, bytesOf(path), 0, path.toString());
  }

  /**
   * Opens an entry that is a directory, without following a link and without blocking: ENOTDIR if
   * it is anything else.
   */
  public Directory openChild(byte[] entry) throws SystemCallException {
    return open(descriptor, entry, O_NOFOLLOW, childName(entry));
  }

  private static Directory open(int directory, byte[] path, int flags, String name)
      throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      int all = O_DIRECTORY | O_NONBLOCK | O_CLOEXEC | flags;
      int opened = LibC.openat(directory, cString(arena, path), all);
      check(opened, "open directory " + name);
      return new Directory(opened, name);
    }
  }

  /** The number of the descriptor, for the arguments of ioctls; valid until close. */
  public int descriptor() {
    return descriptor;
  }

  /** The id, in {@code /proc/self/mountinfo}, of the mount that it was opened through. */
  public int mountId() throws IOException {
    var information = Path.of("/proc/self/fdinfo", Integer.toString(descriptor));
    for (String line : Files.readAllLines(information)) {
      if (line.startsWith(MOUNT_ID)) {
        return Integer.parseInt(line.substring(MOUNT_ID.length()).strip());
      }
    }
    throw new IOException(information + " does not tell the mount of " + name);
  }

  public FileId id() throws SystemCallException {
    return status(new byte[0], AT_EMPTY_PATH, name);
  }

  /** What an entry is; a link is not followed, nothing is opened. */
  public FileId childId(byte[] entry) throws SystemCallException {
    return status(entry, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, childName(entry));
  }

  /** Whether there is an entry of this name, of whatever type; a link is not followed. */
  public boolean hasChild(byte[] entry) throws SystemCallException {
    try {
      childId(entry);
      return true;
    } catch (SystemCallException e) {
      if (e.errno().equals(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  private FileId status(byte[] path, int flags, String what) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment statx = arena.allocate(STATX_SIZE, Long.BYTES);
      int result = LibC.statx(descriptor, cString(arena, path), flags, STATX_INO, statx);
      check(result, "look at " + what);
      long major = Integer.toUnsignedLong(statx.get(ValueLayout.JAVA_INT, STX_DEV_MAJOR));
      long minor = Integer.toUnsignedLong(statx.get(ValueLayout.JAVA_INT, STX_DEV_MINOR));
      return new FileId(major << 32 | minor, statx.get(ValueLayout.JAVA_LONG, STX_INO));
    }
  }

  /** The magic number of the file system's type, as in {@code include/uapi/linux/magic.h}. */
  public long fileSystemType() throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      return statfs(arena).get(ValueLayout.JAVA_LONG, F_TYPE);
    }
  }

  /** Bytes that anyone may still write to the file system, as far as it knows itself. */
  public long freeBytes() throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment statfs = statfs(arena);
      return statfs.get(ValueLayout.JAVA_LONG, F_BAVAIL)
          * statfs.get(ValueLayout.JAVA_LONG, F_FRSIZE);
    }
  }

  private MemorySegment statfs(Arena arena) throws SystemCallException {
    MemorySegment statfs = arena.allocate(STATFS_SIZE, Long.BYTES);
    check(LibC.fstatfs(descriptor, statfs), "look at the file system of " + name);
    return statfs;
  }

  /** The names of all entries but {@code .} and {@code ..}, in no order. */
  public List<byte[]> entries() throws SystemCallException {
    // A descriptor of its own, because the position of reading belongs to the descriptor.
    try (Directory reading = openChild(new byte[] {'.'});
        Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(DirectoryListing.BUFFER_BYTES, Long.BYTES);
      List<byte[]> entries = new ArrayList<>();
      while (true) {
        long filled = LibC.getdents64(reading.descriptor, buffer);
        check(filled, "list " + name);
        if (filled == 0) {
          return entries;
        }
        DirectoryListing.addNames(buffer.asSlice(0, filled), entries);
      }
    }
  }

  /** Renames an entry within this directory; EEXIST if the new name is taken. Not yet durable. */
  public void renameNoReplace(byte[] from, byte[] to) throws SystemCallException {
    renameNoReplace(descriptor, from, to, childName(from), childName(to));
  }

  /**
   * Renames a file, atomically and never replacing: EEXIST if the new name is taken. EINVAL or
   * ENOSYS where the file system cannot do that. Not yet durable: {@link #sync(Path)} the
   * directories.
   */
  public static void renameNoReplace(Path from, Path to) throws SystemCallException {
    renameNoReplace(AT_FDCWD, bytesOf(from), bytesOf(to), from.toString(), to.toString());
  }

  private static void renameNoReplace(
      int directory, byte[] from, byte[] to, String fromName, String toName)
      throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = cString(arena, from);
      MemorySegment target = cString(arena, to);
      check(
          LibC.renameat2(directory, source, directory, target, RENAME_NOREPLACE),
          "rename " + fromName + " to " + toName);
    }
  }

  /**
   * Deletes an entry that is no directory; a link itself, not what it points to. Not yet durable.
   */
  public void deleteChild(byte[] entry) throws SystemCallException {
    delete(entry, 0);
  }

  /** Deletes an empty directory: ENOTEMPTY if it is not empty. Not yet durable. */
  public void deleteChildDirectory(byte[] entry) throws SystemCallException {
    delete(entry, AT_REMOVEDIR);
  }

  private void delete(byte[] entry, int flags) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      check(LibC.unlinkat(descriptor, cString(arena, entry), flags), "delete " + childName(entry));
    }
  }

  /** Makes the names of a directory durable. */
  public static void sync(Path path) throws SystemCallException {
    try (Directory directory = open(path)) {
      directory.sync();
    }
  }

  /** Makes the names in this directory durable (fsync). */
  public void sync() throws SystemCallException {
    check(LibC.fsync(descriptor), "sync directory " + name);
  }

  /**
   * Writes everything of this file system to disk (syncfs); from Linux 5.8 on a failed write-back
   * is an error here.
   */
  public void syncFileSystem() throws SystemCallException {
    check(LibC.syncfs(descriptor), "sync the file system of " + name);
  }

  /** Takes the exclusive flock of this descriptor, if nobody else has it; close releases it. */
  boolean tryLock() throws SystemCallException {
    int result = LibC.flock(descriptor, LOCK_EX_NB);
    if (result == -Errno.EAGAIN.number()) {
      return false;
    }
    check(result, "lock " + name);
    return true;
  }

  /**
   * Makes an ioctl whose argument is a structure, which the kernel may change.
   *
   * @param argument the structure, from position to limit
   * @return what the kernel returns, 0 or more; for most requests it means nothing
   */
  public int ioctl(long request, ByteBuffer argument) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment caller = MemorySegment.ofBuffer(argument);
      MemorySegment structure = arena.allocate(caller.byteSize(), Long.BYTES);
      structure.copyFrom(caller);
      int result = LibC.ioctl(descriptor, request, structure);
      check(result, "make ioctl 0x" + Long.toHexString(request) + " on " + name);
      caller.copyFrom(structure);
      return result;
    }
  }

  /** Closes the descriptor, and releases its lock. Idempotent. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      // Nothing was written through it: there is no error that would mean anything.
      LibC.close(descriptor);
    }
  }

  String childName(byte[] entry) {
    return name + "/" + new String(entry, StandardCharsets.UTF_8);
  }

  /** The bytes that the JDK itself would hand to the kernel. */
  static byte[] bytesOf(Path path) {
    return path.toString().getBytes(Charset.forName(System.getProperty("native.encoding")));
  }

  static MemorySegment cString(Arena arena, byte[] bytes) {
    MemorySegment string = arena.allocate(bytes.length + 1L);
    return string.copyFrom(MemorySegment.ofArray(bytes));
  }

  static void check(long result, String attempt) throws SystemCallException {
    if (result < 0) {
      throw new SystemCallException(attempt, new Errno((int) -result));
    }
  }
}
