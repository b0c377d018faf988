package org.btrfs2s3.core.linux;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An entry of an open directory, named by its raw bytes; {@code "."} is the directory itself. Links
 * are never followed. Needs {@code /proc}, by which the kernel takes what has no call relative to a
 * directory.
 */
public final class DirectoryEntry {

  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_NOFOLLOW =
      System.getProperty("os.arch", "").equals("aarch64") ? 0x8000 : 0x20000;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_NO_AUTOMOUNT = 0x800;

  // struct statx, the same on every architecture (include/uapi/linux/stat.h)
  private static final int STATX_SIZE = 256;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int STX_NLINK = 16;
  private static final int STX_UID = 20;
  private static final int STX_GID = 24;
  private static final int STX_MODE = 28;
  private static final int STX_INO = 32;
  private static final int STX_SIZE = 40;
  private static final int STX_MTIME = 112;
  private static final int STX_RDEV = 128;
  private static final int STX_DEV = 136;

  private static final int PERMISSIONS = 0xfff;

  /** XATTR_LIST_MAX and XATTR_SIZE_MAX; a target has PATH_MAX at most. */
  private static final int BUFFER_BYTES = 1 << 16;

  private final Directory directory;
  private final byte[] name;

  public DirectoryEntry(Directory directory, byte[] name) {
    this.directory = directory;
    this.name = name.clone();
  }

  public FileStatus status() throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      var statx = arena.allocate(STATX_SIZE, Long.BYTES);
      int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
      int result =
          LibC.statx(
              directory.descriptor(),
              Directory.cString(arena, name),
              flags,
              STATX_BASIC_STATS,
              statx);
      Directory.check(result, "look at " + what());
      int mode = Short.toUnsignedInt(statx.get(ValueLayout.JAVA_SHORT, STX_MODE));
      return new FileStatus(
          FileType.of(mode),
          mode & PERMISSIONS,
          unsigned(statx, STX_UID),
          unsigned(statx, STX_GID),
          unsigned(statx, STX_NLINK),
          new FileId(
              unsigned(statx, STX_DEV) << 32 | unsigned(statx, STX_DEV + Integer.BYTES),
              statx.get(ValueLayout.JAVA_LONG, STX_INO)),
          statx.get(ValueLayout.JAVA_LONG, STX_SIZE),
          Instant.ofEpochSecond(
              statx.get(ValueLayout.JAVA_LONG, STX_MTIME), unsigned(statx, STX_MTIME + Long.BYTES)),
          unsigned(statx, STX_RDEV),
          unsigned(statx, STX_RDEV + Integer.BYTES));
    }
  }

  private static long unsigned(MemorySegment structure, long at) {
    return Integer.toUnsignedLong(structure.get(ValueLayout.JAVA_INT, at));
  }

  /** Where a symbolic link points to. */
  public byte[] target() throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      var buffer = arena.allocate(BUFFER_BYTES);
      long length = LibC.readlinkat(directory.descriptor(), Directory.cString(arena, name), buffer);
      Directory.check(length, "read the symbolic link " + what());
      return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** Its extended attributes; the names are bytes as ISO 8859-1. */
  public SortedMap<String, byte[]> attributes() throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      var path = Directory.cString(arena, path());
      var names = arena.allocate(BUFFER_BYTES);
      long filled = LibC.llistxattr(path, names);
      Directory.check(filled, "list the extended attributes of " + what());
      SortedMap<String, byte[]> attributes = new TreeMap<>();
      var value = arena.allocate(BUFFER_BYTES);
      for (long at = 0; at < filled; ) {
        var attribute = names.getString(at, StandardCharsets.ISO_8859_1);
        long size = LibC.lgetxattr(path, names.asSlice(at), value);
        Directory.check(size, "read the extended attribute " + attribute + " of " + what());
        attributes.put(attribute, value.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE));
        at += attribute.length() + 1L;
      }
      return attributes;
    }
  }

  public void removeAttribute(String attribute) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      var path = Directory.cString(arena, path());
      var named = Directory.cString(arena, attribute.getBytes(StandardCharsets.ISO_8859_1));
      Directory.check(
          LibC.lremovexattr(path, named),
          "remove the extended attribute " + attribute + " of " + what());
    }
  }

  private byte[] path() {
    var front =
        ("/proc/self/fd/" + directory.descriptor() + "/").getBytes(StandardCharsets.US_ASCII);
    var path = new byte[front.length + name.length];
    System.arraycopy(front, 0, path, 0, front.length);
    System.arraycopy(name, 0, path, front.length, name.length);
    return path;
  }

  /**
   * Opens a regular file for reading. Of anything else nobody may call this: it could have effects.
   */
  public InputStream open() throws IOException {
    int descriptor;
    try (Arena arena = Arena.ofConfined()) {
      int flags = O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW;
      descriptor = LibC.openat(directory.descriptor(), Directory.cString(arena, name), flags);
      Directory.check(descriptor, "open " + what());
    }
    try {
      // The JDK opens paths that are text only; the descriptor has one.
      return new FileInputStream("/proc/self/fd/" + descriptor);
    } finally {
      LibC.close(descriptor);
    }
  }

  private String what() {
    return directory.childName(name);
  }
}
